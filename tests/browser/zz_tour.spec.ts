import { test, expect } from "@playwright/test";
import { Server } from "./support/server";
import { acceptInvite, createInterview, createProblem, enterRoom, person, replaceCode, say, setUp, chooseLanguage, endInterview } from "./support/people";
import { expectMovingCall } from "./support/call";
const OUT = "/tmp/shots";
test("tour", async ({ browser }) => {
  test.setTimeout(400_000);
  const server = await Server.start();
  try {
  const a = await person(browser); const g = await person(browser);
  await setUp(a, server);
  await createProblem(a, "Longest run", "# Longest run\n\nGiven a string, find the length of the **longest run** of equal characters.\n\n```\nlongest_run(\"aabccc\") == 3\n```\n\n- up to 10^6 characters\n- constant memory, please");
  const { id, inviteLink } = await createInterview(a, "Backend engineer, first round", "Longest run");
  await g.goto(inviteLink); await g.screenshot({ path: `${OUT}/join.png` });
  await acceptInvite(g, inviteLink, "Grace Hopper");
  await g.waitForTimeout(1500); await g.screenshot({ path: `${OUT}/lobby.png` });
  await enterRoom(g);
  await a.goto(`${server.origin}/interviews/${id}/room`); await enterRoom(a);
  for (const p of [a, g]) await expectMovingCall(p);
  await replaceCode(g, 'import sys\n\n\ndef longest_run(text: str) -> int:\n    best = run = 0\n    last = None\n    for letter in text:\n        run = run + 1 if letter == last else 1\n        last = letter\n        best = max(best, run)\n    return best\n\n\nprint(longest_run("aabccc"))\nprint("done", file=sys.stderr)\n');
  await g.getByRole("button", { name: "Run", exact: true }).click();
  await expect(a.getByRole("region", { name: "Output" })).toContainText("Succeeded", { timeout: 60000 });
  await say(g, "I would keep only the last character and a counter."); await say(a, "Good. What about empty input?"); await say(g, "Then best stays 0.");
  await g.keyboard.press("Escape");
  await a.getByRole("region", { name: "Code", exact: true }).locator(".view-lines").click();
  await a.waitForTimeout(500);
  for (const scheme of ["light", "dark"] as const) {
    await a.emulateMedia({ colorScheme: scheme }); await a.setViewportSize({ width: 1440, height: 900 }); await a.waitForTimeout(700);
    await a.screenshot({ path: `${OUT}/room-1440-${scheme}.png` });
    await g.emulateMedia({ colorScheme: scheme }); await g.setViewportSize({ width: 390, height: 844 }); await g.waitForTimeout(700);
    await g.screenshot({ path: `${OUT}/room-390-${scheme}.png` });
    for (const tab of ["Call", "Chat", "Output"]) { await g.getByRole("tab", { name: tab }).click(); await g.waitForTimeout(400); if (scheme === "dark") await g.screenshot({ path: `${OUT}/room-390-${tab}.png` }); }
    await g.getByRole("tab", { name: "Code" }).click();
  }
  await a.emulateMedia({ colorScheme: "light" });
  await endInterview(a); await a.screenshot({ path: `${OUT}/ended.png` });
  await a.goto(`${server.origin}/interviews/${id}`); await a.waitForTimeout(1000); await a.screenshot({ path: `${OUT}/interview.png`, fullPage: true });
  await a.goto(`${server.origin}/interviews/${id}/replay`); await a.waitForTimeout(1500);
  const pos = a.getByRole("slider", { name: "Position in the interview" }); 
  if (await pos.count()) { await a.getByRole("button", { name: /^Jump to .*Then best/ }).click(); await a.waitForTimeout(1500); }
  for (const scheme of ["light", "dark"] as const) for (const [w, h] of [[1440, 900], [390, 844]] as const) {
    await a.emulateMedia({ colorScheme: scheme }); await a.setViewportSize({ width: w, height: h }); await a.waitForTimeout(900);
    await a.screenshot({ path: `${OUT}/replay-${w}-${scheme}.png`, fullPage: w === 390 });
  }
  await a.setViewportSize({ width: 1440, height: 900 });
  await a.goto(`${server.origin}/statistics`); await a.waitForTimeout(1200); await a.screenshot({ path: `${OUT}/statistics.png`, fullPage: true });
  await a.goto(`${server.origin}/`); await a.waitForTimeout(800); await a.screenshot({ path: `${OUT}/interviews.png`, fullPage: true });
  } finally { await server.dispose(); }
});

/**
 * The whole story, as two people live it: set up, create, invite, join, talk, type, run, chat, end,
 * replay. Real Chromium, a real server, real containers.
 */
import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, type Page, test } from "@playwright/test";
import { callReport, expectMovingCall } from "./support/call";
import {
  acceptInvite,
  chooseLanguage,
  createInterview,
  createProblem,
  endInterview,
  enterRoom,
  focusEditor,
  INTERVIEWER,
  person,
  replaceCode,
  say,
  setUp,
  shownCode,
} from "./support/people";
import { fetchTimeline, probeTrack } from "./support/recording";
import { Server } from "./support/server";

const GUEST = "Grace Candidate";

const PROGRAMS = [
  {
    language: "Go",
    code: 'package main\n\nimport "fmt"\n\nfunc main() {\n\tfmt.Println("from", "go", 6*7)\n}\n',
    output: "from go 42",
  },
  {
    language: "Java",
    code: 'public class Main {\n    public static void main(String[] args) {\n        System.out.println("from java " + 6 * 7);\n    }\n}\n',
    output: "from java 42",
  },
  {
    language: "Python",
    code: 'import sys\nprint("from python", 6 * 7)\nprint("warning", file=sys.stderr)\n',
    output: "from python 42",
  },
] as const;

let server: Server;

test.beforeAll(async () => {
  server = await Server.start();
});

test.afterAll(async () => {
  await server.dispose();
});

test.afterEach(async ({}, testInfo) => {
  if (testInfo.status !== testInfo.expectedStatus) console.log(server.log);
});

test("an interview from the first link to the replay", async ({ browser }) => {
  test.setTimeout(420_000);
  const interviewer = await person(browser);
  const guest = await person(browser);
  const both = [interviewer, guest];

  await setUp(interviewer, server);
  await createProblem(interviewer, "Two numbers", "Print the **answer** to everything.");
  const { id, inviteLink } = await createInterview(interviewer, "Backend, round one", "Two numbers");

  await acceptInvite(guest, inviteLink, GUEST);
  await enterRoom(guest);
  await interviewer.goto(`${server.origin}/interviews/${id}/room`);
  await enterRoom(interviewer);

  await test.step("both see and hear each other, through the server only", async () => {
    const serverAddress = `127.0.0.1:${server.port}`;
    for (const page of both) {
      await expectMovingCall(page);
      const report = await callReport(page);
      expect(report.width).toBeGreaterThanOrEqual(320);
      expect(report.height).toBeGreaterThanOrEqual(180);
      expect(report.selectedRemote).toBe(serverAddress);
      expect(new Set(report.remoteCandidates)).toEqual(new Set([serverAddress]));
    }
  });

  await test.step("the problem stands beside the editor, and the recording is visible", async () => {
    for (const page of both) {
      await expect(page.getByRole("region", { name: /Problem|Two numbers/ })).toContainText(
        "answer",
      );
      await expect(page.getByText("Recording", { exact: true })).toBeVisible();
    }
  });

  await test.step("typing at the same time ends in the same text, and cursors carry names", async () => {
    await replaceCode(interviewer, "# start\n");
    await expect.poll(() => shownCode(guest)).toContain("# start");
    await focusEditor(interviewer);
    await interviewer.keyboard.press("ControlOrMeta+Home");
    await focusEditor(guest);
    await guest.keyboard.press("ControlOrMeta+End");
    await Promise.all([
      interviewer.keyboard.type("# typed by ada ", { delay: 25 }),
      guest.keyboard.type("# typed by grace ", { delay: 25 }),
    ]);
    await expect.poll(() => shownCode(interviewer)).toContain("# typed by grace");
    await expect.poll(() => shownCode(guest)).toContain("# typed by ada");
    const text = await shownCode(interviewer);
    await expect.poll(() => shownCode(guest)).toBe(text);
    for (const page of both) {
      await expect(page.locator(".yRemoteSelectionHead").first()).toBeAttached();
    }
  });

  await test.step("each language runs, and both see what it prints", async () => {
    for (const { language, code, output } of PROGRAMS) {
      await chooseLanguage(interviewer, language);
      await expect(guest.getByRole("combobox", { name: "Language" })).toHaveValue(
        new RegExp(language),
      );
      await replaceCode(guest, code);
      await expect.poll(() => shownCode(interviewer)).toContain(output.split(" ")[1] ?? output);
      await guest.getByRole("button", { name: "Run", exact: true }).click();
      for (const page of both) {
        const panel = page.getByRole("region", { name: "Output" });
        await expect(panel).toContainText(output, { timeout: 60_000 });
        await expect(panel).toContainText("Succeeded");
        await expect(panel).toContainText(/MiB/);
      }
    }
  });

  await test.step("chat reaches the other", async () => {
    await say(guest, "Is a loop fine?");
    await expect(interviewer.getByRole("region", { name: "Chat" })).toContainText("Is a loop fine?");
    await say(interviewer, "A loop is fine.");
    await expect(guest.getByRole("region", { name: "Chat" })).toContainText("A loop is fine.");
  });

  await test.step("a reload comes back into the same room", async () => {
    await guest.reload();
    await expect(guest.getByRole("region", { name: "Chat" })).toContainText("A loop is fine.");
    await expect.poll(() => shownCode(guest)).toContain("from python");
    await expectMovingCall(guest);
    await expectMovingCall(interviewer);
  });

  const finalCode = await shownCode(interviewer);
  await endInterview(interviewer);
  await expect(guest.getByText("The interview has ended")).toBeVisible();

  await test.step("the recording is whole", async () => {
    const folder = mkdtempSync(join(tmpdir(), "porthole-recording-"));
    const timeline = await fetchTimeline(interviewer, id);
    const sources = timeline.tracks.map(({ source }) => source).sort();
    // The guest's reload ended one pair of tracks and began another.
    expect(sources).toEqual([
      "camera",
      "camera",
      "camera",
      "microphone",
      "microphone",
      "microphone",
    ]);
    for (const track of timeline.tracks) {
      const probe = await probeTrack(interviewer, id, track, folder);
      expect(probe.codec).toBe(track.source === "microphone" ? "opus" : "vp8");
      expect(Math.abs(probe.duration * 1000 - track.durationMs)).toBeLessThan(
        Math.max(100, track.durationMs * 0.02),
      );
      expect(track.startMs + track.durationMs).toBeLessThanOrEqual(timeline.durationMs + 2_000);
    }
    // The interviewer's tracks lasted from their entry to the end.
    const longest = Math.max(...timeline.tracks.map(({ durationMs }) => durationMs));
    const joined = timeline.events.filter(({ kind }) => kind === "joined")[1]?.atMs ?? 0;
    const call = timeline.durationMs - joined;
    expect(longest).toBeGreaterThan(call * 0.98 - 1_500);
  });

  await test.step("the replay shows the end, an earlier moment, and plays", async () => {
    await replays(interviewer, id, finalCode);
  });
});

/** Opens the replay and checks that code, chat, runs and video follow its clock. */
async function replays(page: Page, id: string, finalCode: string): Promise<void> {
  await page.goto(`${server.origin}/interviews/${id}/replay`);
  const position = page.getByRole("slider", { name: "Position in the interview" });
  await position.focus();

  await page.keyboard.press("End");
  await expect.poll(() => shownCode(page)).toBe(finalCode);
  await expect(page.getByRole("region", { name: "Chat" })).toContainText("A loop is fine.");
  await expect(page.getByRole("region", { name: "Output" })).toContainText("from python 42");

  await page
    .getByRole("button", { name: /^Jump to .* ran go at/ })
    .first()
    .click();
  await expect.poll(() => shownCode(page)).toContain('fmt.Println("from", "go", 6*7)');
  await expect(page.getByRole("region", { name: "Chat" })).not.toContainText("A loop is fine.");
  await expect(page.getByRole("region", { name: "Output" })).not.toContainText("from java 42");

  const pictures = page.getByRole("figure").locator("video:visible");
  await expect(pictures).toHaveCount(2);
  const times = () =>
    pictures.evaluateAll((videos) =>
      videos.map((video) => ({
        at: (video as HTMLVideoElement).currentTime,
        frames: (video as HTMLVideoElement).getVideoPlaybackQuality().totalVideoFrames,
        width: (video as HTMLVideoElement).videoWidth,
      })),
    );
  await page.getByRole("button", { name: "Play" }).click();
  const before = await times();
  await expect
    .poll(async () => (await times()).map(({ at }, index) => at - (before[index]?.at ?? 0) > 1))
    .toEqual([true, true]);
  for (const [index, { frames, width }] of (await times()).entries()) {
    expect(width).toBeGreaterThanOrEqual(320);
    expect(frames).toBeGreaterThan(before[index]?.frames ?? 0);
  }
  await page.getByRole("button", { name: "Pause" }).click();
  await expect(page.getByText(INTERVIEWER.name).first()).toBeVisible();
}

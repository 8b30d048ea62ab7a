/** The server dies by `kill -9` in the middle of an interview, and nothing is missing afterwards. */
import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "@playwright/test";
import { expectMovingCall } from "./support/call";
import {
  acceptInvite,
  createInterview,
  endInterview,
  enterRoom,
  person,
  replaceCode,
  say,
  setUp,
  shownCode,
} from "./support/people";
import { fetchTimeline, probeTrack } from "./support/recording";
import { Server } from "./support/server";

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

test("an interview goes on after the server was killed", async ({ browser }) => {
  test.setTimeout(300_000);
  const interviewer = await person(browser);
  const guest = await person(browser);
  const both = [interviewer, guest];
  await setUp(interviewer, server);
  const { id, inviteLink } = await createInterview(interviewer, "Storm");
  await acceptInvite(guest, inviteLink, "Grace Candidate");
  await enterRoom(guest);
  await interviewer.goto(`${server.origin}/interviews/${id}/room`);
  await enterRoom(interviewer);
  for (const page of both) await expectMovingCall(page);

  await replaceCode(guest, 'print("before the storm")\n');
  await guest.getByRole("button", { name: "Run", exact: true }).click();
  await expect(interviewer.getByRole("region", { name: "Output" })).toContainText("Succeeded", {
    timeout: 60_000,
  });
  await say(guest, "Said before the storm");
  await expect(interviewer.getByRole("region", { name: "Chat" })).toContainText(
    "Said before the storm",
  );
  await expect(guest.getByText("All changes saved")).toBeAttached();

  await server.kill();
  for (const page of both) {
    await expect(page.getByText(/Connection lost/)).toBeVisible();
  }
  await guest.keyboard.press("ControlOrMeta+End");
  await replaceCode(guest, 'print("before the storm")\nprint("typed in the storm")\n');
  await server.launch();

  await test.step("text, chat and runs are all there, and the call moves again", async () => {
    for (const page of both) {
      await expect(page.getByText(/Connection lost/)).toBeHidden({ timeout: 60_000 });
      await expect.poll(() => shownCode(page)).toContain("typed in the storm");
      await expect(page.getByRole("region", { name: "Chat" })).toContainText(
        "Said before the storm",
      );
      await expect(page.getByRole("region", { name: "Output" })).toContainText("before the storm");
    }
    for (const page of both) await expectMovingCall(page);
    await say(interviewer, "Said after the storm");
    await expect(guest.getByRole("region", { name: "Chat" })).toContainText("Said after the storm");
  });

  await test.step("a fresh page gets it all from the server", async () => {
    await interviewer.reload();
    await expect.poll(() => shownCode(interviewer)).toContain("typed in the storm");
    await expect(interviewer.getByRole("region", { name: "Chat" })).toContainText(
      "Said before the storm",
    );
  });

  await endInterview(interviewer);

  await test.step("the recording of before and after the kill plays", async () => {
    const folder = mkdtempSync(join(tmpdir(), "porthole-recording-"));
    const timeline = await fetchTimeline(interviewer, id);
    const killed = timeline.events.find(({ text }) => text === "Said before the storm")?.atMs ?? 0;
    const before = timeline.tracks.filter(({ startMs }) => startMs < killed);
    const after = timeline.tracks.filter(({ startMs }) => startMs > killed);
    expect(before.map(({ source }) => source).sort()).toEqual([
      "camera",
      "camera",
      "microphone",
      "microphone",
    ]);
    expect(after.length).toBeGreaterThanOrEqual(4);
    for (const track of timeline.tracks) {
      const probe = await probeTrack(interviewer, id, track, folder);
      expect(probe.packets).toBeGreaterThan(0);
    }
    for (const track of before) {
      // At most the last seconds before the kill are missing.
      expect(track.startMs + track.durationMs).toBeGreaterThan(killed - 3_000);
    }
    await interviewer.goto(`${server.origin}/interviews/${id}/replay`);
    await interviewer.getByRole("slider", { name: "Position in the interview" }).focus();
    await interviewer.keyboard.press("End");
    await expect.poll(() => shownCode(interviewer)).toContain("typed in the storm");
  });
});

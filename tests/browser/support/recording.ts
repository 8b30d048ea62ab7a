/** What ffmpeg says about a recorded file. */
import { execFileSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, type Page } from "@playwright/test";

export interface RecordedTrack {
  id: string;
  source: "microphone" | "camera" | "screen";
  mimeType: string;
  startMs: number;
  durationMs: number;
}

export interface Timeline {
  durationMs: number;
  tracks: RecordedTrack[];
  events: { seq: number; atMs: number; kind: string; text?: string }[];
}

export async function fetchTimeline(page: Page, interview: string): Promise<Timeline> {
  const answer = await page.request.get(`${new URL(page.url()).origin}/api/interviews/${interview}/replay`);
  expect(answer.ok(), await answer.text()).toBe(true);
  return (await answer.json()) as Timeline;
}

export interface Probe {
  codec: string;
  /** Seconds, as the container says. */
  duration: number;
  packets: number;
}

/** Downloads a track as its replay would, and looks into it with ffprobe and ffmpeg. */
export async function probeTrack(
  page: Page,
  interview: string,
  track: RecordedTrack,
  folder: string,
): Promise<Probe> {
  const answer = await page.request.get(`${new URL(page.url()).origin}/api/interviews/${interview}/tracks/${track.id}/media`);
  expect(answer.ok()).toBe(true);
  const file = join(folder, `${track.id}.webm`);
  writeFileSync(file, await answer.body());
  const probe = JSON.parse(
    execFileSync("ffprobe", [
      "-v",
      "error",
      "-count_packets",
      "-show_entries",
      "stream=codec_name,nb_read_packets:format=duration",
      "-of",
      "json",
      file,
    ]).toString(),
  );
  // Decodes to the end; anything wrong with the file is printed.
  const complaints = execFileSync("ffmpeg", ["-v", "error", "-i", file, "-f", "null", "-"], {
    stdio: ["ignore", "ignore", "pipe"],
  });
  expect(complaints?.toString() ?? "").toBe("");
  return {
    codec: probe.streams[0].codec_name,
    duration: Number(probe.format.duration),
    packets: Number(probe.streams[0].nb_read_packets),
  };
}

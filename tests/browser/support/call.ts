/** What the browser itself says about a page's call, through `RTCPeerConnection.getStats`. */
import { expect, type Page } from "@playwright/test";

declare global {
  interface Window {
    /** Every peer connection that the page made, oldest first. */
    portholePeers: RTCPeerConnection[];
  }
}

/** Keeps a list of the page's peer connections; must run before the page's own scripts. */
export async function observeCalls(page: Page): Promise<void> {
  await page.addInitScript(() => {
    const Original = window.RTCPeerConnection;
    window.portholePeers = [];
    window.RTCPeerConnection = class extends Original {
      constructor(configuration?: RTCConfiguration) {
        super(configuration);
        window.portholePeers.push(this);
      }
    };
  });
}

export interface CallReport {
  /** Of all inbound video together. */
  framesDecoded: number;
  width: number;
  height: number;
  /** Of inbound audio, all sound since the start (`totalAudioEnergy`). */
  audioEnergy: number;
  /** `address:port` of every remote candidate that was ever told to the page. */
  remoteCandidates: string[];
  /** The remote end of the pair in use. */
  selectedRemote: string | null;
}

/** The state of the page's newest call. */
export async function callReport(page: Page): Promise<CallReport> {
  return page.evaluate(async () => {
    const report = {
      framesDecoded: 0,
      width: 0,
      height: 0,
      audioEnergy: 0,
      remoteCandidates: [] as string[],
      selectedRemote: null as string | null,
    };
    const peer = window.portholePeers.at(-1);
    if (peer === undefined) return report;
    const stats = await peer.getStats();
    const remote = (id: string): string => {
      const candidate = stats.get(id);
      return `${candidate.address}:${candidate.port}`;
    };
    for (const entry of stats.values()) {
      if (entry.type === "inbound-rtp" && entry.kind === "video") {
        report.framesDecoded += entry.framesDecoded ?? 0;
        report.width = Math.max(report.width, entry.frameWidth ?? 0);
        report.height = Math.max(report.height, entry.frameHeight ?? 0);
      } else if (entry.type === "inbound-rtp" && entry.kind === "audio") {
        report.audioEnergy += entry.totalAudioEnergy ?? 0;
      } else if (entry.type === "remote-candidate") {
        report.remoteCandidates.push(`${entry.address}:${entry.port}`);
      } else if (entry.type === "transport" && entry.selectedCandidatePairId) {
        const pair = stats.get(entry.selectedCandidatePairId);
        report.selectedRemote = remote(pair.remoteCandidateId);
      }
    }
    return report;
  });
}

/** Waits until the other's picture moves and their sound is heard, counted from now. */
export async function expectMovingCall(page: Page): Promise<void> {
  const before = await callReport(page);
  await expect
    .poll(async () => (await callReport(page)).framesDecoded, {
      message: "decoded video frames grow",
      timeout: 60_000,
    })
    .toBeGreaterThan(before.framesDecoded + 30);
  await expect
    .poll(async () => (await callReport(page)).audioEnergy, {
      message: "sound of the other arrives",
      timeout: 60_000,
    })
    .toBeGreaterThan(before.audioEnergy);
}

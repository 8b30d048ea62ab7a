/** A real server process with a data folder of its own. */
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";

const START_TIMEOUT_MS = 60_000;

/** The binary under test: `PORTHOLE_BIN`, or what `cargo build` left in the target folder. */
function binary(): string {
  const target = process.env.CARGO_TARGET_DIR ?? resolve(import.meta.dirname, "../../../target");
  const path = process.env.PORTHOLE_BIN ?? join(target, "debug", "porthole");
  if (!existsSync(path)) {
    throw new Error(`no server binary at ${path}: run \`cargo build\` first, or use \`make test\``);
  }
  return path;
}

/** A port that is free for TCP right now; the server takes the same number for UDP. */
async function freePort(): Promise<number> {
  const probe = createServer();
  probe.listen(0, "127.0.0.1");
  await once(probe, "listening");
  const address = probe.address();
  probe.close();
  await once(probe, "close");
  if (address === null || typeof address === "string") throw new Error("no port");
  return address.port;
}

export class Server {
  readonly dataFolder = mkdtempSync(join(tmpdir(), "porthole-browser-"));
  /** What the server has written so far, for failure messages. */
  log = "";
  private process: ChildProcess | undefined;

  private constructor(readonly port: number) {}

  static async start(): Promise<Server> {
    const server = new Server(await freePort());
    await server.launch();
    return server;
  }

  get origin(): string {
    return `http://127.0.0.1:${this.port}`;
  }

  /** The one-time link that creates the first interviewer, as printed. */
  get setupLink(): string {
    const link = /https?:\/\/\S+\/setup#\S+/.exec(this.log)?.[0];
    if (link === undefined) throw new Error(`no setup link was printed:\n${this.log}`);
    return `${this.origin}/setup${new URL(link).hash}`;
  }

  /** Starts the process and waits until `/readyz` answers. */
  async launch(): Promise<void> {
    const child = spawn(binary(), ["--listen", `127.0.0.1:${this.port}`, "--data", this.dataFolder], {
      stdio: ["ignore", "pipe", "pipe"],
    });
    this.process = child;
    const keep = (chunk: Buffer) => {
      this.log += chunk.toString();
    };
    child.stdout?.on("data", keep);
    child.stderr?.on("data", keep);
    const deadline = Date.now() + START_TIMEOUT_MS;
    for (;;) {
      if (child.exitCode !== null) throw new Error(`the server exited:\n${this.log}`);
      const ready = await fetch(`${this.origin}/readyz`).then(
        (answer) => answer.ok,
        () => false,
      );
      if (ready) return;
      if (Date.now() > deadline) throw new Error(`the server did not get ready:\n${this.log}`);
      await new Promise((wake) => setTimeout(wake, 100));
    }
  }

  /** `kill -9`: no chance to write anything down. */
  async kill(): Promise<void> {
    await this.end("SIGKILL");
  }

  /** The way an operator stops it. */
  async stop(): Promise<void> {
    await this.end("SIGTERM");
  }

  /** Stops the server and throws its data away. */
  async dispose(): Promise<void> {
    await this.kill();
    rmSync(this.dataFolder, { recursive: true, force: true });
  }

  private async end(signal: NodeJS.Signals): Promise<void> {
    const child = this.process;
    if (child === undefined || child.exitCode !== null || child.signalCode !== null) return;
    const exited = once(child, "exit");
    child.kill(signal);
    await exited;
  }
}

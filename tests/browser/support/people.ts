/** What people do in Porthole's pages, by the names they see. */
import { type Browser, expect, type Page } from "@playwright/test";
import { observeCalls } from "./call";
import type { Server } from "./server";

export const INTERVIEWER = {
  name: "Ada Interviewer",
  email: "ada@example.com",
  password: "correct horse battery",
};

/** A person at a browser of their own: nothing is shared with other people's. */
export async function person(browser: Browser): Promise<Page> {
  const context = await browser.newContext({
    permissions: ["camera", "microphone", "clipboard-read", "clipboard-write"],
  });
  const page = await context.newPage();
  await observeCalls(page);
  return page;
}

/** Opens the printed one-time link and creates the first interviewer. */
export async function setUp(page: Page, server: Server): Promise<void> {
  await page.goto(server.setupLink);
  await page.getByLabel("Name").fill(INTERVIEWER.name);
  await page.getByLabel("E-mail").fill(INTERVIEWER.email);
  await page.getByRole("textbox", { name: "Password" }).fill(INTERVIEWER.password);
  await page.getByRole("button", { name: "Create account" }).click();
  await expect(page.getByRole("heading", { name: "Interviews", exact: true })).toBeVisible();
}

/** Writes a problem with a statement. */
export async function createProblem(page: Page, title: string, statement: string): Promise<void> {
  await page.getByRole("link", { name: "Problems" }).click();
  await page.getByRole("link", { name: "New problem" }).first().click();
  await page.getByLabel("Title").fill(title);
  await page.getByLabel("Statement").fill(statement);
  await page.getByRole("button", { name: "Create problem" }).click();
  await expect(page.getByText(title).first()).toBeVisible();
}

export interface CreatedInterview {
  id: string;
  inviteLink: string;
}

/** Creates a recorded interview and reads its invite link. */
export async function createInterview(
  page: Page,
  title: string,
  problem?: string,
): Promise<CreatedInterview> {
  await page.getByRole("link", { name: "Interviews" }).first().click();
  await page.getByRole("link", { name: "New interview" }).first().click();
  await page.getByLabel("Title").fill(title);
  if (problem !== undefined) {
    await page.getByRole("combobox", { name: "Problem" }).click();
    await page.getByRole("option", { name: problem }).click();
  }
  await page.getByRole("button", { name: "Create interview" }).click();
  const link = page.getByLabel("Invite link", { exact: true });
  await expect(link).toHaveValue(/\/join#/);
  const id = /\/interviews\/([0-9a-f-]{36})/.exec(page.url())?.[1];
  if (id === undefined) throw new Error(`not at an interview: ${page.url()}`);
  return { id, inviteLink: await link.inputValue() };
}

/** Follows an invite without an account. */
export async function acceptInvite(page: Page, link: string, name: string): Promise<void> {
  await page.goto(link);
  await page.getByLabel("Your name").fill(name);
  await page.getByRole("button", { name: "Continue" }).click();
}

/** Goes through the lobby with camera and microphone on, agreeing to the recording. */
export async function enterRoom(page: Page): Promise<void> {
  await page.getByLabel("I agree to being recorded").check();
  await page.getByRole("button", { name: "Join interview" }).click();
  await expect(page.getByRole("region", { name: "Code" })).toBeVisible();
}

/** The text that an editor on the page shows; short texts only, since Monaco draws what is in view. */
export async function shownCode(page: Page): Promise<string> {
  return page
    .getByRole("region", { name: "Code", exact: true })
    .locator(".view-lines")
    .evaluate((lines) =>
      [...lines.querySelectorAll<HTMLElement>(".view-line")]
        .sort((a, b) => a.offsetTop - b.offsetTop)
        .map((line) => (line.textContent ?? "").replaceAll("\u00a0", " ").trimEnd())
        .join("\n"),
    );
}

/** Puts the cursor into the editor. */
export async function focusEditor(page: Page): Promise<void> {
  await page.getByRole("region", { name: "Code", exact: true }).locator(".view-lines").click();
}

/** Replaces everything in the editor by pasting, which Monaco takes as it is. */
export async function replaceCode(page: Page, code: string): Promise<void> {
  await focusEditor(page);
  await page.keyboard.press("ControlOrMeta+a");
  await page.evaluate((text) => navigator.clipboard.writeText(text), code);
  await page.keyboard.press("ControlOrMeta+v");
}

export async function chooseLanguage(page: Page, name: string): Promise<void> {
  await page.getByRole("combobox", { name: "Language" }).click();
  await page.getByRole("option", { name }).click();
}

export async function say(page: Page, text: string): Promise<void> {
  await page.getByRole("textbox", { name: "Message" }).fill(text);
  await page.getByRole("button", { name: "Send message" }).click();
}

export async function endInterview(page: Page): Promise<void> {
  await page.getByRole("button", { name: "End interview" }).click();
  await page.getByRole("dialog").getByRole("button", { name: "End interview" }).click();
  await expect(page.getByText("The interview has ended")).toBeVisible();
}

import { writeFileSync } from 'node:fs';
import axeCore from 'axe-core';
import { type Browser, type BrowserContext, chromium, type Page } from 'playwright-core';

/** How a page is looked at. */
export interface Look {
  readonly scheme: 'light' | 'dark';
  readonly device: 'desktop' | 'phone';
}

const SIZES = { desktop: { width: 1280, height: 800 }, phone: { width: 390, height: 844 } } as const;

/** Why no browser can be had here; undefined where one can. */
export function noBrowser(): string | undefined {
  return process.env.CHROMIUM_PATH === undefined
    ? 'no Chromium: `npm test` fetches one where apt-get reaches Debian, or CHROMIUM_PATH names one'
    : undefined;
}

/** Starts a real Chromium. */
export function openBrowser(): Promise<Browser> {
  const { CHROMIUM_PATH = '', CHROMIUM_LIBRARIES, LD_LIBRARY_PATH = '' } = process.env;
  return chromium.launch({
    executablePath: CHROMIUM_PATH,
    // Root, as in a container, has no sandbox; the pages are our own.
    args: ['--no-sandbox', '--disable-dev-shm-usage'],
    env: {
      ...process.env,
      ...(CHROMIUM_LIBRARIES ? { LD_LIBRARY_PATH: `${CHROMIUM_LIBRARIES}:${LD_LIBRARY_PATH}` } : {}),
    } as Record<string, string>,
  });
}

/** Cookies of somebody who has logged in. */
export type LoggedIn = Awaited<ReturnType<BrowserContext['storageState']>>;

/**
 * Opens a page; what it logs as an error, and calls that leave the machine, are kept in `trouble`.
 */
export async function openPage(
  browser: Browser,
  { scheme, device }: Look,
  base: string,
  as?: LoggedIn,
): Promise<{ readonly page: Page; readonly trouble: string[] }> {
  const context = await browser.newContext({
    baseURL: base,
    viewport: SIZES[device],
    colorScheme: scheme,
    reducedMotion: 'reduce',
    locale: 'en-GB',
    timezoneId: 'Europe/Zurich',
    ...(as === undefined ? {} : { storageState: as }),
  });
  const page = await context.newPage();
  const trouble: string[] = [];
  page.on('pageerror', (error) => trouble.push(String(error)));
  page.on('console', (message) => {
    if (message.type() === 'error') trouble.push(`${message.text()} ${message.location().url}`);
  });
  page.on('request', (request) => {
    const { origin, protocol } = new URL(request.url());
    if (protocol.startsWith('http') && origin !== base) trouble.push(`left the gateway: ${request.url()}`);
  });
  return { page, trouble };
}

/** As much of a page as a picture shows, px: what is below says no more. */
const MOST_HEIGHT = { desktop: 1400, phone: 1700 } as const;
/** Of 100: text stays sharp, and a picture is small. */
const QUALITY = 82;

/** Takes a picture of a page as WebP, from its top and at least as high as its screen. */
export async function takePicture(page: Page, { device }: Look, file: string): Promise<void> {
  const { width, height } = SIZES[device];
  const whole = await page.locator('html').evaluate(({ scrollHeight }) => scrollHeight);
  const shown = Math.min(Math.max(height, whole), MOST_HEIGHT[device]);
  const session = await page.context().newCDPSession(page);
  const { data } = await session.send('Page.captureScreenshot', {
    format: 'webp',
    quality: QUALITY,
    captureBeyondViewport: true,
    clip: { x: 0, y: 0, width, height: shown, scale: 1 },
  });
  await session.detach();
  writeFileSync(file, Buffer.from(data, 'base64'));
}

/** Serious and critical violations of accessibility rules, each with where it is. */
export async function violations(page: Page): Promise<string[]> {
  await page.evaluate(axeCore.source);
  return page.evaluate(async () => {
    const { axe } = globalThis as unknown as { axe: { run(): Promise<AxeResults> } };
    const { violations: found } = await axe.run();
    return found
      .filter(({ impact }) => impact === 'serious' || impact === 'critical')
      .flatMap(({ id, help, nodes }) =>
        nodes.map(({ target, failureSummary }) => `${id}: ${help}: ${target}: ${failureSummary}`),
      );
  });
}

interface AxeResults {
  readonly violations: readonly {
    readonly id: string;
    readonly help: string;
    readonly impact: string;
    readonly nodes: readonly { readonly target: readonly string[]; readonly failureSummary: string }[];
  }[];
}

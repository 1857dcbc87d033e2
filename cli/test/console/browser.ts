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
/** Colours are told apart in steps of so many of 256: a picture of text is half as large. */
const COLOUR_STEP = 8;

/** Takes a picture of a page, WebP without loss of sharpness, at least as high as its screen. */
export async function takePicture(page: Page, { device }: Look, file: string): Promise<void> {
  const { width, height } = SIZES[device];
  const whole = await page.locator('html').evaluate(({ scrollHeight }) => scrollHeight);
  const shown = Math.min(Math.max(height, whole), MOST_HEIGHT[device]);
  const png = await page.screenshot({ fullPage: true, clip: { x: 0, y: 0, width, height: shown } });
  // The console's policy lets nothing of the sort be done in its own page.
  const blank = await page.context().newPage();
  const webp = await blank.evaluate(inWebp, [png.toString('base64'), COLOUR_STEP] as const);
  await blank.close();
  writeFileSync(file, Buffer.from(webp, 'base64'));
}

/** Runs in the browser, whose canvas encodes without loss where the quality is 1. */
async function inWebp([png, step]: readonly [string, number]): Promise<string> {
  const { createImageBitmap, OffscreenCanvas } = globalThis as unknown as Drawing;
  const bytes = Uint8Array.from(atob(png), (letter) => letter.charCodeAt(0));
  const image = await createImageBitmap(new Blob([bytes]));
  const canvas = new OffscreenCanvas(image.width, image.height);
  const pen = canvas.getContext('2d');
  if (pen === null) throw new Error('This browser draws nothing.');
  pen.drawImage(image, 0, 0);
  const drawn = pen.getImageData(0, 0, image.width, image.height);
  // White stays white: an array of bytes is clamped.
  drawn.data.forEach((value, at) => {
    drawn.data[at] = Math.round(value / step) * step;
  });
  pen.putImageData(drawn, 0, 0);
  const encoded = await canvas.convertToBlob({ type: 'image/webp', quality: 1 });
  let text = '';
  for (const byte of new Uint8Array(await encoded.arrayBuffer())) text += String.fromCharCode(byte);
  return btoa(text);
}

/** What of a browser's drawing is used: types of Node have none of it. */
interface Drawing {
  createImageBitmap(file: Blob): Promise<{ readonly width: number; readonly height: number }>;
  readonly OffscreenCanvas: new (
    width: number,
    height: number,
  ) => {
    getContext(kind: '2d'): Pen | null;
    convertToBlob(as: { readonly type: string; readonly quality: number }): Promise<Blob>;
  };
}
interface Pen {
  drawImage(image: object, x: number, y: number): void;
  getImageData(x: number, y: number, width: number, height: number): { readonly data: Uint8ClampedArray };
  putImageData(drawn: object, x: number, y: number): void;
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

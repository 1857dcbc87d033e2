import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { unpackPackages } from './debian-packages.ts';

/** Where Debian's package has it, and other places of a Chromium that is installed. */
const INSTALLED = ['/usr/lib/chromium/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'];
const IN_PACKAGE = 'usr/lib/chromium/chromium';
const LIBRARIES = ['usr/lib/x86_64-linux-gnu', 'usr/lib/aarch64-linux-gnu'].flatMap((folder) => [
  folder,
  `${folder}/pulseaudio`,
]);

/**
 * Makes a real browser usable: sets CHROMIUM_PATH to an installed one, or to Debian's, which is
 * fetched once into `cacheDir` with the libraries that are missing (CHROMIUM_LIBRARIES) and a font.
 * Where none can be had it says so, and tests that need one are skipped with their reason.
 */
export function provideChromium(environment: NodeJS.ProcessEnv, cacheDir: string): void {
  if (environment.CHROMIUM_PATH) return;
  const installed = INSTALLED.find(existsSync);
  if (installed !== undefined) {
    environment.CHROMIUM_PATH = installed;
    return;
  }
  const target = join(cacheDir, 'chromium');
  if (!existsSync(join(target, IN_PACKAGE))) {
    console.log("Fetching Chromium, for tests of the web console (Debian's chromium, 120 MB) …");
    try {
      unpackPackages(['chromium', 'fonts-dejavu-core', 'fontconfig-config'], target, true);
    } catch (error) {
      const reason = error instanceof Error ? error.message.trim() : String(error);
      console.log(`Chromium cannot be had here: ${reason}`);
      return;
    }
  }
  environment.CHROMIUM_PATH = join(target, IN_PACKAGE);
  environment.CHROMIUM_LIBRARIES = LIBRARIES.map((folder) => join(target, folder)).join(':');
  if (!existsSync('/etc/fonts/fonts.conf')) environment.FONTCONFIG_FILE = ownFonts(target);
}

/** Says where the unpacked font lies. */
function ownFonts(target: string): string {
  const file = join(target, 'fonts.conf');
  const [fonts, cache] = [join(target, 'usr/share/fonts'), join(target, 'font-cache')];
  writeFileSync(
    file,
    `<?xml version="1.0"?>\n<fontconfig><dir>${fonts}</dir><cachedir>${cache}</cachedir></fontconfig>\n`,
  );
  return file;
}

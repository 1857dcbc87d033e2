import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { openConnections } from '@driftloop/connections';
import { createLogger } from '@driftloop/service';
import type { Browser, Page } from 'playwright-core';
import { connectionConfigOf, readLocalState } from '../../src/environment/settings.ts';
import { eventually, type LiveCli, startLiveCli } from '../support/live-cli.ts';
import {
  type LoggedIn,
  type Look,
  noBrowser,
  openBrowser,
  openPage,
  takePicture,
  violations,
} from './browser.ts';
import { TRAINED, writeShop, writeStudy } from './shop.ts';

const MISSING = noBrowser();
/** A folder in which pictures of all pages are wanted. */
const { CONSOLE_PICTURES } = process.env;
let live: LiveCli;
let browser: Browser;
/** Address of the gateway. */
let base: string;
let admin: LoggedIn;

before(async () => {
  if (MISSING !== undefined) return;
  live = await startLiveCli('console');
  base = `http://127.0.0.1:${readLocalState(live.folder)?.environment.GATEWAY_PORT}`;
  browser = await openBrowser();
  const { page } = await enter(DESKTOP);
  admin = await page.context().storageState();
  await page.context().close();
});
after(async () => {
  await browser?.close();
  await live?.close();
});

/** The part of a page that the tests wait in: longer than anything takes on a busy machine. */
const WAIT = { timeout: 120_000 };
const DESKTOP: Look = { scheme: 'light', device: 'desktop' };
/** Told for each test that is skipped. */
const NEEDS = { skip: MISSING ?? false };

/** Types why, and does it. */
async function confirm(page: Page, button: string, reason: string): Promise<void> {
  await page.getByRole('button', { name: button, exact: true }).click();
  const dialog = page.getByRole('dialog', { name: button });
  const act = dialog.getByRole('button', { name: button, exact: true });
  assert.equal(await act.isDisabled(), true, 'nothing is done without a reason');
  await dialog.getByLabel('Why').fill(reason);
  await act.click();
  await dialog.waitFor({ state: 'detached', ...WAIT });
}

/** Opens a page by a login link, as `driftloop login` gives it. */
async function enter(look: Look, ...args: string[]) {
  const { stdout } = await live.driftloop('login', ...args);
  const link = /http\S+#code=\S+/.exec(stdout)?.[0];
  assert.ok(link, stdout);
  const opened = await openPage(browser, look, base);
  await opened.page.goto(link);
  await opened.page.getByRole('button', { name: 'Log out' }).waitFor(WAIT);
  assert.doesNotMatch(opened.page.url(), /code/, 'the code stays out of the history');
  return { ...opened, link };
}

const BENCH = fileURLToPath(new URL('../../../benchmarks/src/main.ts', import.meta.url));

/** The benchmark of strategies as a person runs it, one of its sequences with one seed. */
const measureStrategies = () =>
  promisify(execFile)(process.execPath, [
    ...[BENCH, 'continual', 'A', '--samples', '1', '--data', live.folder],
  ]);

const said = (page: Page) => page.getByRole('status').first();

test('without a model the overview says how to begin, and the page stays on its machine', NEEDS, async () => {
  const { page, trouble } = await openPage(browser, DESKTOP, base, admin);
  await page.goto('/');
  assert.equal(new URL(page.url()).pathname, '/ui/');
  await page.getByText('No model is registered yet').waitFor(WAIT);
  await page.getByText('driftloop -- register').waitFor(WAIT);
  assert.deepEqual(trouble, []);
  await page.context().close();
});

test(
  'a person follows a drift to its verdict, promotes, rolls back and retrains, and the history says so',
  NEEDS,
  async () => {
    const { table, spec } = writeShop(live.folder);
    const rows = ['--csv', table, '--label', 'bought'];
    const interval = ['--interval', '60000', '--start', '2026-03-01T00:00:00Z'];
    await live.driftloop(
      ...['register', '--spec', spec, '--factory', 'mlp', '--train', table, '--label', 'bought'],
      ...['--rows', `0:${TRAINED}`, ...interval],
    );
    await live.driftloop(
      ...['produce', '--model', 'shop', ...rows, '--rows', `${TRAINED}:`, '--label-delay', '100'],
      ...['--rate', '700', ...interval],
    );
    const { page, trouble } = await openPage(browser, DESKTOP, base, admin);

    // The overview calls for somebody.
    await page.goto('/ui/');
    await page.getByRole('link', { name: /shop (has drifted|may be drifting)/ }).waitFor(WAIT);
    const trial = page.getByRole('link', { name: /Version \d+ of shop answers in shadow/ });
    await trial.waitFor(WAIT);

    // Why: the timeline, the evidence in words, and the rows that were chosen.
    await page.getByRole('link', { name: /shop (has drifted|may be drifting)/ }).click();
    await page.getByRole('img', { name: /^Likelihood of drift over \d+ windows/ }).waitFor(WAIT);
    await page.getByRole('img', { name: /drifted by themselves: / }).waitFor(WAIT);
    await page
      .getByText(/accuracy \d\d(\.\d)? %/)
      .first()
      .waitFor({ state: 'attached', ...WAIT });
    await page
      .getByText(/asked for a retrain of version 1/)
      .first()
      .waitFor(WAIT);
    const all = page.url();
    await page.getByRole('button', { name: 'Closer' }).click();
    await page.waitForURL(/from=/);
    await page.getByRole('button', { name: 'All' }).click();
    await page.waitForURL(all);

    // The candidate is promoted.
    await page.getByRole('link', { name: 'Versions' }).click();
    const promote = page.getByRole('button', { name: /^Promote version \d+$/ });
    const name = (await promote.textContent(WAIT)) ?? '';
    await confirm(page, name, 'buyers changed their minds');
    await said(page)
      .getByText(/is live now/)
      .waitFor(WAIT);
    const promoted = Number(/\d+/.exec(name)?.[0]);

    // It is taken down again, and another is asked for.
    await confirm(page, 'Roll back to version 1', 'the shop asked for the old one');
    await said(page).getByText('Version 1 is live again').waitFor(WAIT);
    await confirm(page, 'Retrain into shadow', 'once more, with newer rows');
    await said(page).getByText('A retrain is asked for').waitFor(WAIT);

    // What was done is what the log says, with the reasons as typed.
    const told = await eventually(async () => {
      const steps = await live.ask<{ kind: string; version: number; reasons: string[] }>(
        `SELECT kind, version, reasons FROM driftloop.model_events WHERE model = 'shop' AND kind IN ('published', 'rolledBack') ORDER BY kafka_offset`,
      );
      return steps.length >= 3 ? steps : undefined;
    });
    assert.deepEqual(
      told.slice(1, 3).map(({ kind, version, reasons }) => ({ kind, version, reasons })),
      [
        { kind: 'published', version: promoted, reasons: ['buyers changed their minds'] },
        { kind: 'rolledBack', version: promoted, reasons: ['the shop asked for the old one'] },
      ],
    );
    const [command] = await eventually(async () => {
      const found = await live.ask<{ reasons: string[] }>(
        `SELECT reasons FROM driftloop.commands WHERE model = 'shop' AND has(reasons, 'once more, with newer rows')`,
      );
      return found.length > 0 ? found : undefined;
    });
    assert.ok(command);
    assert.deepEqual(trouble, []);
    await page.context().close();
  },
);

test('what if: other settings judge the same slice again, beside what happened', NEEDS, async () => {
  const { page, trouble } = await openPage(browser, DESKTOP, base, admin);
  await page.goto('/ui/models/shop/what-if');
  const budget = page.getByLabel('Expected windows between false alarms');
  await budget.fill('2');
  await page.getByRole('button', { name: 'Replay' }).click();
  await page.waitForURL(/set=/);
  const summary = said(page);
  await summary.getByText(/verdicts call drift, where \d+ of \d+ did/).waitFor(WAIT);
  await page
    .getByRole('img', { name: /^Likelihood of drift over \d+ windows; newest: as it happened/ })
    .waitFor(WAIT);
  // A link shows the same.
  const text = await summary.textContent();
  await page.reload();
  await summary.getByText(text ?? '').waitFor(WAIT);
  assert.equal(await budget.inputValue(), '2');
  // What cannot be is refused in words, and the form stays.
  await budget.fill('few');
  await page.getByRole('button', { name: 'Replay' }).click();
  await page
    .getByRole('alert')
    .getByText(/drift.expectedWindowsBetweenFalseAlarms/)
    .waitFor(WAIT);
  assert.ok(
    trouble.every((line) => /400/.test(line)),
    trouble.join(),
  );
  await page.context().close();
});

test('saved backtests are listed, one is looked at, and two lie side by side', NEEDS, async () => {
  const { page, trouble } = await openPage(browser, DESKTOP, base, admin);
  await page.goto('/ui/models/shop/backtests');
  await page.getByText('No backtest of shop is saved yet').waitFor(WAIT);
  await live.driftloop('backtest', '--model', 'shop', '--save');
  await live.driftloop('backtest', '--model', 'shop', '--save', '--set', 'window.minSamples=400');
  await page.reload();
  await page.getByText('window.minSamples = 400').waitFor(WAIT);
  await page
    .getByRole('button', { name: /^Look at / })
    .first()
    .click();
  await page.getByRole('heading', { name: 'One backtest' }).waitFor(WAIT);
  await page.getByRole('button', { name: /^Put .* beside it$/ }).click();
  await page.getByRole('heading', { name: 'Two side by side' }).waitFor(WAIT);
  await page.getByRole('row', { name: /^Alarms \d+ \d+$/ }).waitFor(WAIT);
  assert.deepEqual(trouble, []);
  await page.context().close();
});

test('a training run tells why, on which rows, how it went, and what the gate measured', NEEDS, async () => {
  const { page, trouble } = await openPage(browser, DESKTOP, base, admin);
  await page.goto('/ui/models/shop/training');
  await page.getByRole('heading', { name: 'Training runs' }).waitFor(WAIT);
  await page
    .getByRole('row', { name: /shadow|published|rejected/ })
    .last()
    .getByRole('button', { name: /^Look at run/ })
    .click();
  await page
    .getByText(/Rows of .*, weight/)
    .first()
    .waitFor(WAIT);
  await page
    .getByRole('heading', { name: /What let version \d+ through|Why version \d+ was rejected/ })
    .waitFor(WAIT);
  await page.getByRole('row', { name: /^Accuracy on recent rows/ }).waitFor(WAIT);
  assert.deepEqual(trouble, []);
  await page.context().close();
});

test('a study is followed to its front, and its best setting is put into effect', NEEDS, async () => {
  const { page, trouble } = await openPage(browser, DESKTOP, base, admin);
  await page.goto('/ui/studies');
  await page.getByText('No study has been run yet').waitFor(WAIT);
  await live.driftloop('study', 'run', writeStudy(live.folder), '--workers', '1');
  await page.getByRole('link', { name: /^samples-/ }).click();
  await page.getByRole('img', { name: /^2 runs by alarms and retrains/ }).waitFor(WAIT);
  await page.getByRole('img', { name: /^2 runs over window.minSamples, alarms, retrains/ }).waitFor(WAIT);
  await page.getByRole('button', { name: 'Propose the setting of run 1' }).click();
  await page.waitForURL(/of=1/);
  await page.getByRole('row', { name: 'window.minSamples 100 110' }).waitFor(WAIT);
  await confirm(page, 'Put it into effect', 'fewer small windows');
  await said(page).getByText('It is the spec of shop now').waitFor(WAIT);
  await page.getByText('has the setting of run 1 already').waitFor(WAIT);
  assert.deepEqual(trouble, []);
  await page.context().close();
});

test(
  'strategies are told with their sources and figures, and are held against each other',
  NEEDS,
  async () => {
    const { page, trouble } = await openPage(browser, DESKTOP, base, admin);
    await page.goto('/ui/');
    await page.getByRole('link', { name: 'Learning' }).click();
    await page.getByText('Nothing has been measured here yet').waitFor(WAIT);
    await page.getByText('npm run bench -- continual').waitFor(WAIT);
    const paper = page.getByRole('link', { name: /^Kirkpatrick et al\. 2017/ });
    assert.match((await paper.getAttribute('href', WAIT)) ?? '', /^https:\/\/doi\.org\//);

    // What was measured, and how they came to it.
    await measureStrategies();
    await page.reload();
    const curves = page.getByRole('img', {
      name: /^Accuracy over the tasks learnt so far, after the last: /,
    });
    await curves.waitFor(WAIT);
    assert.doesNotMatch((await curves.getAttribute('aria-label')) ?? '', /\bewc\b/);
    await page.getByRole('button', { name: 'Draw ewc' }).click();
    await page.waitForURL(/drawn=/);
    await page.getByRole('img', { name: /, ewc \d+\.\d %/ }).waitFor(WAIT);

    // A bout on the shop's own stream, as a study.
    const strategies = page.getByRole('group', { name: 'Strategies' });
    for (const name of ['auto', 'cumulative']) await strategies.getByLabel(name, { exact: true }).uncheck();
    await page.getByRole('button', { name: 'Begin the bout' }).click();
    await page.waitForURL(/\/studies\/strategies-/);
    await page.getByText('Nobody is at it now').waitFor(WAIT);
    const command = (await page.getByText(/study go-on strategies-/).textContent()) ?? '';
    await live.driftloop(...command.slice(command.indexOf('study')).split(' '), '--workers', '1');
    await page.getByRole('img', { name: /^2 runs by score and steps/ }).waitFor(WAIT);
    await page.getByRole('row', { name: /naive/ }).waitFor(WAIT);
    await page.goto('/ui/learning?model=shop');
    await page.getByRole('row', { name: /^strategies-\w+ shop .* finished/ }).waitFor(WAIT);
    assert.deepEqual(trouble, []);
    await page.context().close();
  },
);

test('a note about a version is written and read where the version is shown', NEEDS, async () => {
  const { page, trouble } = await openPage(browser, DESKTOP, base, admin);
  await page.goto('/ui/models/shop/versions');
  await page.getByText('Write a note about version 1').click();
  await page.getByLabel('Note about version 1').fill('Höhere Preise ab März, laut Einkauf.');
  await page.getByRole('button', { name: 'Add the note' }).click();
  await page.getByText('1 note about version 1').waitFor(WAIT);
  await page.getByText('Höhere Preise ab März, laut Einkauf.').waitFor(WAIT);
  assert.deepEqual(trouble, []);
  await page.context().close();
});

test('a link logs in once; who may only look decides nothing', NEEDS, async () => {
  const { page, link } = await enter(DESKTOP, '--role', 'viewer');
  await page.goto('/ui/models/shop/versions');
  await page.getByText(/You may look and not change anything/).waitFor(WAIT);
  assert.equal(await page.getByRole('button', { name: 'Retrain', exact: true }).isDisabled(), true);
  await page.getByRole('button', { name: 'Log out' }).click();
  await page.getByRole('button', { name: 'Log out' }).waitFor({ state: 'detached', ...WAIT });
  await page.goto(link);
  await page.getByRole('alert').first().waitFor(WAIT);
  await page.context().close();
});

test('a request is looked up by its id, and an address that means nothing says so', NEEDS, async () => {
  const { page } = await openPage(browser, DESKTOP, base, admin);
  const [row] = await eventually(async () => {
    const found = await live.ask<{ request_id: string; version: number }>(
      `SELECT request_id, version FROM driftloop.answers WHERE model = 'shop' AND role = 'live' AND label IS NOT NULL LIMIT 1`,
    );
    return found.length > 0 ? found : undefined;
  });
  await page.goto('/ui/models/shop/request');
  await page.getByLabel('Id of the request').fill(row?.request_id ?? '');
  await page.getByRole('button', { name: 'Look up' }).click();
  await page.getByText(`version ${row?.version} (live)`).waitFor(WAIT);
  await page.getByRole('row', { name: /^Label [01]/ }).waitFor(WAIT);
  await page.goto('/ui/models/shop/request?id=nobody');
  await page
    .getByRole('alert')
    .getByText(/has no request 'nobody'/)
    .waitFor(WAIT);
  await page.goto('/ui/models/nobody/drift');
  await page
    .getByRole('alert')
    .getByText(/nobody/)
    .first()
    .waitFor(WAIT);
  await page.goto('/ui/nothing/here');
  await page.getByText('This address has no page').waitFor(WAIT);
  await page.context().close();
});

test('a dead letter is read, mended, sent again, and another discarded', NEEDS, async () => {
  const environment = readLocalState(live.folder)?.environment ?? {};
  const connections = await openConnections(
    connectionConfigOf(environment),
    'console-test',
    createLogger({ name: 'console-test', level: 'silent' }),
    { needs: [] },
  );
  const features = Float32Array.of(0.5, 0.5, 0.5);
  await connections.producer.send(
    'inference.requests',
    ['short', 'lost'].map((requestId) => ({
      key: requestId,
      value: { requestId, model: 'shop', eventTime: Date.now(), features },
    })),
  );
  await connections.close();
  const { page, trouble } = await openPage(browser, DESKTOP, base, admin);
  await page.goto('/ui/operations/letters?state=open');
  const links = page.getByRole('link', { name: /^inference\.requests/ });
  await links.nth(1).waitFor(WAIT);
  await links.first().click();
  const record = page.getByLabel(/As it came/);
  const text = (await record.inputValue(WAIT)) ?? '';
  assert.match(text, /"model": "shop"/);
  await record.fill(text.replace(/"features": \[[^\]]*\]/, '"features": [0.5, 0.5, 0.5, 0.5]'));
  await confirm(page, 'Send it again, mended', 'a feature was missing');
  await page.getByText('It is sent again').waitFor(WAIT);
  await page.getByRole('link', { name: 'All open dead letters' }).click();
  await links.nth(1).waitFor({ state: 'detached', ...WAIT });
  await links.first().click();
  await confirm(page, 'Discard it', 'nobody waits for it');
  await page.getByText('It is discarded').waitFor(WAIT);
  await page.goto('/ui/operations/letters?state=open');
  await page.getByText('There are none of these').waitFor(WAIT);
  assert.deepEqual(trouble, []);
  await page.context().close();
});

/** A page: its address, a button that opens more of it, and a text that is there when all is. */
interface Shown {
  readonly path: string;
  readonly press?: RegExp;
  readonly whole: string;
}

/** Every page, by its name in pictures. */
const PAGES = {
  overview: { path: '/ui/', whole: 'What needs you now' },
  drift: { path: '/ui/models/shop/drift', whole: 'Came on' },
  versions: { path: '/ui/models/shop/versions', whole: 'Every version' },
  training: { path: '/ui/models/shop/training', whole: 'Why, and on which rows' },
  'what-if': {
    path: '/ui/models/shop/what-if?set=%7B%22drift.expectedWindowsBetweenFalseAlarms%22%3A2%7D',
    whole: 'judged again in',
  },
  backtests: { path: '/ui/models/shop/backtests', press: /^Look at /, whole: 'One backtest' },
  request: { path: '/ui/models/shop/request', whole: 'Look up' },
  studies: { path: '/ui/studies', whole: 'Jobs done' },
  study: { path: '/ui/studies/samples', whole: 'Every run over its settings' },
  learning: { path: '/ui/learning', whole: 'Backward' },
  services: { path: '/ui/operations/services', whole: 'inference.requests' },
  letters: { path: '/ui/operations/letters', whole: 'What was wrong' },
  notifications: { path: '/ui/operations/notifications', whole: 'Another rule' },
  audit: { path: '/ui/operations/audit', whole: 'Outcome' },
  login: { path: '/ui/login', whole: 'API token' },
};

for (const scheme of ['light', 'dark'] as const)
  for (const device of ['desktop', 'phone'] as const)
    test(`every page is accessible and fits its screen: ${scheme}, ${device}`, NEEDS, async () => {
      const { page, trouble } = await openPage(browser, { scheme, device }, base, admin);
      for (const [name, { path, press, whole }] of Object.entries<Shown>(PAGES)) {
        await page.goto(path);
        if (press !== undefined) await page.getByRole('button', { name: press }).first().click(WAIT);
        await page
          .getByText(whole)
          .first()
          .waitFor({ state: 'attached', ...WAIT });
        await page
          .getByLabel('Loading')
          .first()
          .waitFor({ state: 'detached', ...WAIT });
        if (CONSOLE_PICTURES !== undefined) {
          mkdirSync(CONSOLE_PICTURES, { recursive: true });
          await takePicture(
            page,
            { scheme, device },
            join(CONSOLE_PICTURES, `${name}-${device}-${scheme}.webp`),
          );
        }
        assert.deepEqual(await violations(page), [], `${name}, ${scheme}, ${device}`);
        const width = page.viewportSize()?.width ?? 0;
        const needed = await page.locator('html').evaluate(({ scrollWidth }) => scrollWidth);
        assert.ok(needed <= width, `${name} is ${needed} px wide on a screen of ${width}`);
      }
      assert.deepEqual(trouble, []);
      await page.context().close();
    });

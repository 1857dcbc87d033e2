import assert from 'node:assert/strict';
import { test } from 'node:test';
import { figuresOf, reportPage } from '../src/index.ts';
import { verdict } from './verdict.ts';

const result = {
  model: '<script>m',
  source: 'kafka' as const,
  records: 3,
  overrides: { 'window.minSamples': '"><img src=x>' },
  signals: [],
  verdicts: [0, 1, 2].map((i) =>
    verdict({ state: i === 1 ? 'drift' : 'stable', windowStart: i * 10, windowEnd: i * 10 + 10 }),
  ),
  commands: [],
  live: [],
  differences: [],
};

test('a report is one page: nothing from elsewhere, and what people named is text', () => {
  const page = reportPage({
    result,
    figures: figuresOf(result, [{ at: 5 }]),
    marked: [{ at: 5 }],
    isShare: true,
  });
  assert.doesNotMatch(page, /https?:|<script|<link|<img|@import|url\(/);
  assert.match(page, /Backtest of &#60;script&#62;m/);
  assert.match(page, /1 of 1/);
  assert.match(page, /class="band drift"/);
  assert.match(page, /class="mark drift"/);
  assert.match(page, /No window\./);
});

test('where nothing was trained there are no answers to show', () => {
  const page = reportPage({ result, figures: figuresOf(result), isShare: true });
  assert.doesNotMatch(page, /Right answers|Versions/);
});

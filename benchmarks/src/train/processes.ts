import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { pythonEnvironment } from '../harness/python-environment.ts';
import type { Rates } from './measure.ts';
import type { Workload } from './models.ts';

const run = promisify(execFile);
/** The smallest PyTorch that PyPI has for Python 3.11. */
const PYTORCH = ['torch==1.13.0', 'numpy<2'];

/** What one process measures. */
export interface Task {
  readonly workload: Workload;
  /** Device, or TensorFlow.js's backend. */
  readonly device: string;
  readonly threads: number;
  readonly steps: number;
  readonly repeats: number;
}

/** Measures a task in a process of its own. */
export type Contender = (task: Task) => Promise<Rates>;

export const ours: Contender = (task) => measure(process.execPath, here('ours.ts'), task);

export const tensorflowJs: Contender = (task) => measure(process.execPath, here('peer/tfjs.mjs'), task);

/**
 * PyTorch in an environment that is made on first use (1.8 GB); undefined, with a line on standard
 * error, where it cannot be.
 */
export async function pytorch(): Promise<Contender | undefined> {
  try {
    const python = await pythonEnvironment(PYTORCH);
    return (task) => measure(python, here('peer/pytorch.py'), task);
  } catch (error) {
    console.error(`Without PyTorch: ${firstLines(error)}`);
    return undefined;
  }
}

/**
 * Runs the same task by several contenders in turns. A contender that fails is left out, with a
 * line on standard error.
 */
export async function takeTurns(
  contenders: Readonly<Record<string, Contender | undefined>>,
  task: Task,
  samples: number,
): Promise<Map<string, Rates[]>> {
  const rates = new Map<string, Rates[]>();
  const failed = new Set<string>();
  for (let sample = 0; sample < samples; sample++) {
    for (const [name, contender] of Object.entries(contenders)) {
      if (contender === undefined || failed.has(name)) continue;
      try {
        rates.set(name, [...(rates.get(name) ?? []), await contender(task)]);
      } catch (error) {
        failed.add(name);
        console.error(`Without ${name} (${task.workload}, ${task.device}): ${firstLines(error)}`);
      }
    }
  }
  return rates;
}

async function measure(program: string, script: string, task: Task): Promise<Rates> {
  const { workload, device, threads, steps, repeats } = task;
  const args = [script, workload, device, threads, steps, repeats].map(String);
  const { stdout } = await run(program, args, { maxBuffer: 2 ** 24, timeout: 600_000 });
  const figures: unknown = JSON.parse(stdout.trim().split('\n').at(-1) ?? '');
  const figure = (name: string) => Number((figures as Record<string, unknown>)[name]);
  return { best: figure('best'), median: figure('median'), perCpuSecond: figure('perCpuSecond') };
}

function here(path: string): string {
  return fileURLToPath(new URL(path, import.meta.url));
}

function firstLines(error: unknown): string {
  const text = error instanceof Error ? error.message : String(error);
  return text.split('\n').slice(1, 4).join(' ').slice(0, 400) || text.slice(0, 400);
}

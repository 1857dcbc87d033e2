/** Judges sketches again on a thread of its own: it takes seconds, in which others are answered. */
import { parentPort, workerData } from 'node:worker_threads';
import { replaySketches, type SketchReplayInput } from '@driftloop/drift';

parentPort?.postMessage(replaySketches(workerData as SketchReplayInput));

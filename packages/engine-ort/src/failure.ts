import { DriftloopError } from '@driftloop/errors';

const OUT_OF_MEMORY = /out of memory|bad_alloc|failed to allocate|OOM/i;

/** A coded error for what ONNX Runtime threw during a run. */
export function runFailure(cause: unknown): DriftloopError {
  const message = firstLine(cause);
  return OUT_OF_MEMORY.test(String(cause))
    ? new DriftloopError('ENGINE_OUT_OF_MEMORY', `the run needs more memory than there is: ${message}`, {
        cause,
      })
    : new DriftloopError('GRAPH_INVALID', `the graph failed to run: ${message}`, { cause });
}

/**
 * The first line of an error's message, without the place in ONNX Runtime's source that it often
 * starts with.
 */
export function firstLine(cause: unknown): string {
  const text = cause instanceof Error ? cause.message : String(cause);
  const line = (text.split('\n')[0] ?? '').trim();
  return line
    .replace(/^\/onnxruntime_src\/.* was false\. /, '')
    .replace(/\/onnxruntime_src\/\S+:\d+ [^(]*\([^)]*\)(?: const)? /g, '')
    .replace(/^Error: /, '')
    .replace(/\.+$/, '');
}

/** `sysconf(_SC_CLK_TCK)`, which Linux fixes for user space. */
const TICKS_PER_SECOND = 100;
/** Of user, system, and the two of children that were waited for: proc_pid_stat(5), from 1. */
const FIRST_FIELD = 14;
const FIELD_COUNT = 4;

/**
 * The CPU seconds, of user and kernel, of a process and of its children that it has waited for.
 *
 * @param stat the text of `/proc/<pid>/stat`
 */
export function cpuSecondsOf(stat: string): number {
  // The second field, the program's name, may hold blanks and parentheses.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  const from = FIRST_FIELD - 3;
  const ticks = fields.slice(from, from + FIELD_COUNT).map(Number);
  return ticks.reduce((sum, value) => sum + value, 0) / TICKS_PER_SECOND;
}

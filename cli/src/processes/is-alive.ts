/** Whether a process with this id exists and may be signalled. */
export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    // ESRCH: it is gone; EPERM: the id belongs to somebody else by now.
    return false;
  }
}

'use strict';

/** A problem of the machine, to be told without a stack trace. */
class Problem extends Error {}

/** Tells what goes on; standard output is the program's own. */
function say(line) {
  process.stderr.write(`${line}\n`);
}

module.exports = { Problem, say };

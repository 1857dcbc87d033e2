// Connections to a port of every address go to another port of this machine.
import { connect, createServer } from 'node:net';

const [from, to] = process.argv.slice(2).map(Number);
createServer((client) => {
  const server = connect(to, '127.0.0.1');
  for (const [one, other] of [
    [client, server],
    [server, client],
  ]) {
    one.on('error', () => other.destroy());
    one.pipe(other);
  }
}).listen(from, '0.0.0.0');

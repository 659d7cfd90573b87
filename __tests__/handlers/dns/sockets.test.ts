import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync } from 'node:fs';
import { createExchange } from '../../../handlers/dns/exchange';
import { SOCKETS } from '../../../handlers/dns-limits';

/** Silent over UDP, and over TCP it takes every connection and answers nothing; it prints its port. */
const TARPIT = `
  const tcp = require('node:net').createServer(() => {});
  tcp.listen(0, '0.0.0.0', () => {
    const { port } = tcp.address();
    require('node:dgram').createSocket('udp4').bind(port, '0.0.0.0', () => console.log(port));
  });
`;

const openDescriptors = (): number => readdirSync('/proc/self/fd').length;

test('limits the open sockets, however many questions wait for a tarpit, and ends all of them', async () => {
  const tarpit = spawn(process.execPath, ['-e', TARPIT], { stdio: ['ignore', 'pipe', 'inherit'] });
  try {
    const [printed] = await once(tarpit.stdout!, 'data');
    const port = Number(printed);
    const before = openDescriptors();
    let most = 0;
    const counting = setInterval(() => {
      most = Math.max(most, openDescriptors() - before);
    }, 1);
    const timing = { resendsMs: [], tcpMs: 50, deadlineMs: 100 };
    // Of several proofs at once, each with sockets of its own.
    const questions = Array.from({ length: 8 }, () => createExchange(timing)).flatMap((exchange, proof) =>
      Array.from({ length: 110 }, (_, at) =>
        exchange(
          { address: `127.9.${proof}.${at + 1}`, port },
          { name: 'a.test', type: 'TXT', recursionDesired: false },
        ),
      ),
    );
    const results = await Promise.all(questions);
    clearInterval(counting);
    expect(most).toBeGreaterThan(SOCKETS.udp);
    expect(most).toBeLessThanOrEqual(SOCKETS.udp + SOCKETS.tcp);
    expect(results.filter((each) => !('problem' in each && each.problem.kind === 'silent'))).toEqual([]);
    // All are closed in the end.
    while (openDescriptors() > before) await new Promise(setImmediate);
  } finally {
    tarpit.kill();
  }
});

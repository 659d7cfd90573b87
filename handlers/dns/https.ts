import { Agent, request } from 'node:https';
import type { HttpsEndpoint } from './endpoint';
import { type ExchangeResult, socketProblem } from './exchange-result';
import { LIMITS } from './limits';
import { Query, type Question } from './message';
import type { Problem } from './problem';

const MEDIA_TYPE = 'application/dns-message';

/**
 * Asks a resolver over HTTPS (RFC 8484), for networks where port 53 is closed. Redirections are not followed: they
 * would lead to somebody who was not named.
 */
export const createHttpsExchange = ({ deadlineMs, ca }: { deadlineMs: number; ca?: string }) => {
  // Connections are kept for the questions of one proof, and do not keep the process alive.
  const agent = new Agent({ keepAlive: true, maxSockets: 4, ca });
  return ({ url }: HttpsEndpoint, question: Question, signal?: AbortSignal): Promise<ExchangeResult> =>
    new Promise((resolve, reject) => {
      if (signal?.aborted) return reject(signal.reason);
      const started = performance.now();
      // RFC 8484 §4.1: the connection tells answers apart, so the id is 0.
      const query = new Query(question, true, () => 0);
      const body = query.encode();
      const sent = request(url, {
        method: 'POST',
        agent,
        headers: { accept: MEDIA_TYPE, 'content-type': MEDIA_TYPE, 'content-length': body.length },
      });
      let settled = false;
      const finish = (act: () => void): void => {
        if (settled) return;
        settled = true;
        clearTimeout(timer);
        signal?.removeEventListener('abort', abort);
        act();
      };
      const roundTripMs = (): number => Math.round((performance.now() - started) * 10) / 10;
      const giveUp = (problem: Problem, silent = false): void =>
        finish(() => {
          sent.destroy();
          resolve({ problem, silent, roundTripMs: roundTripMs() });
        });
      const abort = (): void =>
        finish(() => {
          sent.destroy();
          reject(signal?.reason);
        });
      const timer = setTimeout(() => giveUp({ kind: 'silent' }, true), deadlineMs);
      signal?.addEventListener('abort', abort, { once: true });
      sent.on('error', (error) => giveUp(socketProblem(error)));
      sent.on('response', (response) => {
        if (response.statusCode !== 200) {
          response.resume();
          return giveUp({ kind: 'http-status', status: response.statusCode ?? 0 });
        }
        const chunks: Buffer[] = [];
        let length = 0;
        response.on('data', (chunk: Buffer) => {
          length += chunk.length;
          if (length > LIMITS.messageBytes) return giveUp({ kind: 'limit', limit: 'messageBytes' });
          chunks.push(chunk);
        });
        response.on('error', (error) => giveUp(socketProblem(error)));
        response.on('end', () => {
          const decoded = query.decode(Buffer.concat(chunks));
          if ('reply' in decoded)
            return finish(() =>
              resolve({
                reply: decoded.reply,
                transport: 'https',
                roundTripMs: roundTripMs(),
                bytes: length,
              }),
            );
          giveUp(
            'mismatch' in decoded
              ? { kind: 'not-dns', mismatch: decoded.mismatch }
              : { kind: 'rcode', rcode: 'withoutEdns' in decoded ? 'FORMERR' : 'truncated' },
          );
        });
      });
      sent.end(body);
    });
};

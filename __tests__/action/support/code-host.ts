import { spawn } from 'node:child_process';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';

export const BOT = 'github-actions[bot]';

interface Comment {
  id: number;
  body: string;
  user: { login: string };
}

/** The part of a code host that comments need. */
export class CodeHost {
  readonly comments: Comment[] = [];
  readonly requests: string[] = [];
  mayWrite = true;
  private constructor(readonly server: Server) {}

  static async start(): Promise<CodeHost> {
    const server = createServer();
    const host = new CodeHost(server);
    server.on('request', async (request, response) => {
      let text = '';
      for await (const chunk of request) text += chunk;
      const answer = host.answer(
        request.method!,
        new URL(request.url!, 'http://host'),
        request.headers,
        text,
      );
      response.writeHead(answer.status, { 'content-type': 'application/json' });
      response.end(JSON.stringify(answer.body));
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return host;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  private answer(
    method: string,
    { pathname, searchParams }: URL,
    headers: NodeJS.Dict<string | string[]>,
    text: string,
  ): { status: number; body: unknown } {
    this.requests.push(`${method} ${pathname}`);
    if (headers.authorization !== 'Bearer the-token')
      return { status: 401, body: { message: 'Bad credentials' } };
    const perPage = Number(searchParams.get('per_page'));
    const page = Number(searchParams.get('page'));
    if (method === 'GET' && pathname === '/repos/us/mail/issues/7/comments')
      return { status: 200, body: this.comments.slice((page - 1) * perPage, page * perPage) };
    if (!this.mayWrite) return { status: 403, body: { message: 'Resource not accessible by integration' } };
    const { body } = JSON.parse(text) as { body: string };
    if (method === 'POST' && pathname === '/repos/us/mail/issues/7/comments') {
      this.add(BOT, body);
      return { status: 201, body: {} };
    }
    const id = Number(/^\/repos\/us\/mail\/issues\/comments\/(\d+)$/.exec(pathname)?.[1]);
    const comment = this.comments.find((each) => each.id === id);
    if (method !== 'PATCH' || !comment) return { status: 404, body: { message: 'Not Found' } };
    comment.body = body;
    return { status: 200, body: {} };
  }

  add(login: string, body: string): void {
    this.comments.push({ id: this.comments.length + 1, body, user: { login } });
  }
}

/** Runs a script of Node's as a step of a job would. */
export function runStep(
  script: string,
  env: NodeJS.ProcessEnv,
): Promise<{ exitCode: number | null; output: string }> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [script], { env: { PATH: process.env.PATH, ...env } });
    let output = '';
    for (const stream of [child.stdout, child.stderr])
      stream.setEncoding('utf8').on('data', (text: string) => {
        output += text;
      });
    child.on('error', reject);
    child.on('close', (exitCode) => resolve({ exitCode, output }));
  });
}

import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:net';
import path from 'node:path';

/** What a file of tests could leave, and how the next one would see it. */
const TRACES = [
  ['a global', 'globalThis.left = 1', '"left" in globalThis'],
  ['a global replaced', 'globalThis.Date = class {}', 'new Date().getTime === undefined'],
  ['a global taken away', 'delete globalThis.structuredClone', 'typeof structuredClone !== "function"'],
  [
    'a built-in class changed',
    'Array.prototype.left = 1; JSON.parse = () => 7',
    '[].left === 1 || JSON.parse("1") === 7',
  ],
  ['a hook for stacks', 'Error.prepareStackTrace = () => "left"', 'new Error().stack === "left"'],
  [
    'a variable of the environment',
    'process.env.LEFT = "1"; delete process.env.PATH',
    '"LEFT" in process.env || !process.env.PATH',
  ],
  [
    'a listener of the process',
    'process.on("SIGTERM", () => {}).on("exit", () => {})',
    'process.listenerCount("SIGTERM") + process.listenerCount("exit") > 0',
  ],
  [
    'a function of the process',
    'process.exit = () => {}; process.argv = []',
    'process.exit.length === 0 && process.argv.length === 0',
  ],
  ['an exit code', 'process.exitCode = 3', 'process.exitCode !== undefined'],
] as const;

describe('what a file of tests leaves', () => {
  it.each(TRACES)('puts back %s', (_what, leave, left) => {
    const script = `const putBack = require('./as-it-was'); ${leave}; const before = ${left}; putBack();
      process.stdout.write(JSON.stringify([before, ${left}]))`;
    const cwd = path.dirname(module.filename);
    expect(execFileSync(process.execPath, ['--eval', script], { cwd, encoding: 'utf8' })).toBe(
      '[true,false]',
    );
  });
});

describe('modules', () => {
  it('run again, with a state of their own, though compiled once', () => {
    const loaded = [0, 1].map(() => {
      let exports: unknown;
      jest.isolateModules(() => {
        exports = jest.requireActual('./keys-of-the-run');
      });
      return exports;
    });
    expect(loaded[0]).not.toBe(loaded[1]);
  });

  it('of packages are the same for all files, so that none can replace one', () => {
    const load = () => require('yaml');
    const first = load();
    jest.isolateModules(() => expect(load()).toBe(first));
    expect(() => jest.doMock('yaml', () => ({}))).toThrow('yaml is shared by all files of tests');
  });
});

describe('fake timers', () => {
  afterEach(() => void jest.useRealTimers());

  it('leave sockets going, in whatever way they are asked for', async () => {
    jest.useFakeTimers({ doNotFake: ['setImmediate'] });
    const server = createServer((socket) => socket.end('hello')).listen(0, '127.0.0.1');
    await once(server, 'listening');
    server.close();
    await once(server, 'close');
    expect(jest.getTimerCount()).toBe(0);
  });
});

import { byodkim, files } from '../support/terminal';

it('lists each mistake with its place, its code and its facts with --json', async () => {
  const list =
    'defaults: { region: ap-northeast-1 }\ndomains:\n  example.com: { selector: s_1, gate: { waitSeconds: 999 } }\n';
  const { exitCode, stdout } = await byodkim(['status', '--json'], {
    readFile: files({ 'domains.yaml': list }),
  });
  expect(exitCode).toBe(1);
  const { code, facts, message } = JSON.parse(stdout);
  expect({ code, facts }).toMatchObject({
    code: 'LIST_INVALID',
    facts: {
      kind: 'mistakes',
      file: 'domains.yaml',
      mistakes: [
        {
          line: 3,
          setting: 'domains.example.com.selector',
          code: expect.any(String),
          facts: expect.any(Object),
        },
        { line: 3, setting: 'domains.example.com.gate.waitSeconds' },
      ],
    },
  });
  expect(message.split('\n')).toHaveLength(2);
});

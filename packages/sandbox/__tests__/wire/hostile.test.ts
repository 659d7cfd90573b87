import fc from 'fast-check';
import { type Sandbox, startSandbox } from '../../aws/sandbox';
import { MODEL_FILES, modelOf } from '../../wire/models';
import { signedFetch } from './signed';

let sandbox: Sandbox;
beforeAll(async () => {
  sandbox = await startSandbox({ bodyIdleMs: 500 });
});
afterAll(() => sandbox.close());

const SERVICES = Object.keys(MODEL_FILES).map((name) => modelOf(name)!);
const pathOf = (requestUri: string, part: string) =>
  requestUri.replaceAll(/\{\w+\+?\}/g, () => encodeURIComponent(part) || 'x');

/** Requests of operations that there are, with names, queries and bodies of chance. */
const request = fc
  .record({
    model: fc.constantFrom(...SERVICES),
    at: fc.nat(),
    part: fc.string({ minLength: 1, maxLength: 40 }),
    body: fc.oneof(
      fc.string({ maxLength: 200 }),
      fc.json({ maxDepth: 3 }),
      fc.constantFrom('{}', '[]', '<a/>', '<?xml version="1.0"?><a><b>', 'Action=&Version=', '\u0000'),
    ),
  })
  .map(({ model, at, part, body }) => {
    const { name, http } = model.routes[at % model.routes.length]!;
    const isQuery = model.metadata.protocol === 'query';
    const target = model.metadata.targetPrefix;
    return {
      service: model.signingName,
      method: http?.method ?? 'POST',
      path: http ? pathOf(http.requestUri, part) : '/',
      headers: {
        'content-type': isQuery ? 'application/x-www-form-urlencoded' : 'application/x-amz-json-1.1',
        ...(target && { 'x-amz-target': `${target}.${name}` }),
      },
      body: isQuery
        ? `Action=${name}&${body}`
        : ['GET', 'HEAD'].includes(http?.method ?? '')
          ? undefined
          : body,
    };
  });

it('answers whatever comes in AWS’s words: no error of its own, no stack, no hang', async () => {
  const logged = jest.spyOn(console, 'error').mockImplementation(() => {});
  await fc.assert(
    fc.asyncProperty(request, async (asked) => {
      const response = await signedFetch(sandbox, asked);
      const text = await response.text();
      expect(text).not.toMatch(/sandbox: |\n\s+at /);
      expect(response.status === 501 || response.status < 500).toBe(true);
    }),
    { numRuns: 300 },
  );
  expect(logged).not.toHaveBeenCalled();
  logged.mockRestore();
});

it('names the operation that AWS has and it has not, as 501, and counts it', async () => {
  const response = await signedFetch(sandbox, {
    service: 'ses',
    path: '/v2/email/contact-lists',
    body: '{}',
  });
  expect(response.status).toBe(501);
  expect(await response.text()).toContain('AWS has ses:CreateContactList; the sandbox has not.');
  expect(sandbox.missed.get('ses:CreateContactList')).toBeGreaterThan(0);
});

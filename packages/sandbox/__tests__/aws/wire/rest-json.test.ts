import { AwsError, type CallContext, type WireRequest } from '../../../aws/service';
import { restJson } from '../../../aws/wire/rest-json';

const wire = restJson([
  { operation: 'Get', method: 'GET', path: '/things/{Name}', query: { q: 'Query', tag: 'Tags' } },
  { operation: 'Put', method: 'PUT', path: '/things/{Name}/parts/{Part}' },
  { operation: 'Invoke', method: 'POST', path: '/run/{Name}', rawBody: 'Payload' },
  { operation: 'Greedy', method: 'DELETE', path: '/tags/{Arn+}' },
]);
const context = { requestId: 'r1' } as CallContext;

const request = (method: string, path: string, query = '', body = ''): WireRequest => ({
  method,
  path,
  query: new URLSearchParams(query),
  headers: {},
  body: Buffer.from(body),
});

describe('the REST-JSON protocol', () => {
  it('reads labels of the path and the query', () => {
    expect(wire.decode(request('GET', '/things/a%2Fb%20c', 'q=1&tag=x&tag=y'))).toEqual({
      operation: 'Get',
      input: { Name: 'a/b c', Query: '1', Tags: ['x', 'y'] },
    });
  });

  it('reads the body, which cannot take a label’s place', () => {
    expect(wire.decode(request('PUT', '/things/a/parts/b', '', '{"Name":"other","Size":1}'))).toEqual({
      operation: 'Put',
      input: { Name: 'a', Part: 'b', Size: 1 },
    });
  });

  it('hands a raw body on as it is', () => {
    expect(wire.decode(request('POST', '/run/f', '', '{"not": parsed'))?.input).toEqual({
      Name: 'f',
      Payload: Buffer.from('{"not": parsed'),
    });
  });

  it('takes slashes in a greedy label, and one at the end of a path', () => {
    expect(wire.decode(request('DELETE', '/tags/arn:aws:x/y'))?.input).toEqual({ Arn: 'arn:aws:x/y' });
    expect(wire.decode(request('GET', '/things/a/'))?.operation).toBe('Get');
  });

  it('does not know other paths and methods', () => {
    expect(wire.decode(request('GET', '/things'))).toBeUndefined();
    expect(wire.decode(request('POST', '/things/a'))).toBeUndefined();
  });

  it('writes times in seconds and bytes in base64', () => {
    const { body } = wire.encode(
      'Get',
      { At: new Date(1500), Bytes: Buffer.from('hi'), None: undefined },
      context,
    );
    expect(JSON.parse(String(body))).toEqual({ At: 1.5, Bytes: 'aGk=' });
  });

  it('writes errors as a header and a message', () => {
    expect(wire.encodeError(new AwsError('NotFound', 'no thing', 404), context)).toMatchObject({
      statusCode: 404,
      headers: { 'x-amzn-errortype': 'NotFound' },
      body: '{"message":"no thing"}',
    });
  });
});

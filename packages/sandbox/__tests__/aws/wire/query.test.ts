import { XMLParser } from 'fast-xml-parser';
import { AwsError, type CallContext, type WireRequest } from '../../../aws/service';
import { awsQuery } from '../../../aws/wire/query';

const wire = awsQuery('https://example.com/doc/');
const context = { requestId: 'r1' } as CallContext;
const xml = new XMLParser({ parseTagValue: false });

const request = (form: string): WireRequest => ({
  method: 'POST',
  path: '/',
  query: new URLSearchParams(),
  headers: {},
  body: Buffer.from(form),
});

describe('the query protocol', () => {
  it('reads lists, maps and nested members out of dotted names', () => {
    const form =
      'Action=CreateTopic&Version=1&Name=t&Tags.member.1.Key=a&Tags.member.1.Value=1&Tags.member.2.Key=b' +
      '&Attributes.entry.1.key=DisplayName&Attributes.entry.1.value=x%26y';
    expect(wire.decode(request(form))).toEqual({
      operation: 'CreateTopic',
      input: {
        Name: 't',
        Tags: [{ Key: 'a', Value: '1' }, { Key: 'b' }],
        Attributes: { DisplayName: 'x&y' },
      },
    });
  });

  it('reads more than nine members in their order', () => {
    const form = Array.from({ length: 12 }, (_, index) => `L.member.${index + 1}=v${index + 1}`).join('&');
    expect(wire.decode(request(`Action=X&${form}`))?.input.L).toEqual(
      Array.from({ length: 12 }, (_, index) => `v${index + 1}`),
    );
  });

  it('does not know a request without an action', () => {
    expect(wire.decode(request('a=b'))).toBeUndefined();
  });

  it('writes lists as members and escapes what XML would read', () => {
    const { body } = wire.encode('List', { Topics: [{ TopicArn: 'a<b>&"' }, { TopicArn: 'c' }] }, context);
    expect(xml.parse(String(body)).ListResponse).toMatchObject({
      ListResult: { Topics: { member: [{ TopicArn: 'a<b>&"' }, { TopicArn: 'c' }] } },
      ResponseMetadata: { RequestId: 'r1' },
    });
  });

  it('writes errors with their code and whose fault it was', () => {
    const { statusCode, body } = wire.encodeError(new AwsError('NotFound', 'no topic', 404), context);
    expect(statusCode).toBe(404);
    expect(xml.parse(String(body)).ErrorResponse.Error).toEqual({
      Type: 'Sender',
      Code: 'NotFound',
      Message: 'no topic',
    });
  });
});

import { type Decision, evaluate } from '../../aws/policy';
import type { PolicyStatement } from '../../aws/service';

const ROLE_ARN = 'arn:aws:iam::123456789012:role/R';
const SESSION_ARN = 'arn:aws:sts::123456789012:assumed-role/R/session';
const OBJECT = 'arn:aws:s3:::bucket/folder/key';

const decide = (
  statements: PolicyStatement[],
  keys: Record<string, string> = {},
  more: object = {},
): Decision =>
  evaluate([{ Statement: statements }], {
    action: 's3:GetObject',
    resource: OBJECT,
    keys,
    principalArns: [SESSION_ARN, ROLE_ARN, 'arn:aws:iam::123456789012:root'],
    ...more,
  });

/** A policy variable as policies write it. */
const variable = (key: string) => `\${${key}}`;

const allow = (more: Partial<PolicyStatement> = {}): PolicyStatement => ({
  Effect: 'Allow',
  Action: 's3:GetObject',
  Resource: OBJECT,
  ...more,
});

describe('policies', () => {
  it.each<[string, Partial<PolicyStatement>, Decision]>([
    ['the very action and resource', {}, 'allow'],
    ['an action in other case', { Action: 'S3:getobject' }, 'allow'],
    ['a wildcard in the action', { Action: ['s3:List*', 's3:Get*'] }, 'allow'],
    ['a question mark', { Action: 's3:GetObjec?' }, 'allow'],
    ['any action', { Action: '*' }, 'allow'],
    ['another action', { Action: 's3:PutObject' }, 'noMatch'],
    ['an action that only begins alike', { Action: 's3:Get' }, 'noMatch'],
    ['all actions but another', { Action: undefined, NotAction: 's3:PutObject' }, 'allow'],
    ['all actions but this', { Action: undefined, NotAction: 's3:Get*' }, 'noMatch'],
    ['any resource', { Resource: '*' }, 'allow'],
    ['a folder', { Resource: 'arn:aws:s3:::bucket/folder/*' }, 'allow'],
    ['another folder', { Resource: 'arn:aws:s3:::bucket/other/*' }, 'noMatch'],
    ['the bucket instead of the object', { Resource: 'arn:aws:s3:::bucket' }, 'noMatch'],
    ['a wildcard that would have to reach over a colon', { Resource: 'arn:aws:*/key' }, 'noMatch'],
    ['all resources but another', { Resource: undefined, NotResource: 'arn:aws:s3:::other/*' }, 'allow'],
    ['all resources but this', { Resource: undefined, NotResource: OBJECT }, 'noMatch'],
    ['everyone', { Principal: '*' }, 'allow'],
    ['everyone, the long way', { Principal: { AWS: '*' } }, 'allow'],
    ['the role', { Principal: { AWS: [ROLE_ARN] } }, 'allow'],
    ['another role', { Principal: { AWS: `${ROLE_ARN}2` } }, 'noMatch'],
    ['a service', { Principal: { Service: 'lambda.amazonaws.com' } }, 'noMatch'],
    ['another account', { Principal: { AWS: '999999999999' } }, 'noMatch'],
    ['the account, by its number', { Principal: { AWS: '123456789012' } }, 'allow'],
    [
      'all but role, session and account',
      { NotPrincipal: { AWS: [SESSION_ARN, ROLE_ARN, '123456789012'] } },
      'noMatch',
    ],
    [
      'all but the role, whose session is not named',
      { NotPrincipal: { AWS: [ROLE_ARN, '123456789012'] } },
      'allow',
    ],
  ])('that allow %s', (_, statement, expected) => {
    expect(decide([allow(statement)])).toBe(expected);
  });

  it('that say nothing allow nothing', () => {
    expect(decide([])).toBe('noMatch');
  });

  it('that deny win over those that allow', () => {
    expect(decide([allow(), allow({ Effect: 'Deny', Action: '*' })])).toBe('explicitDeny');
  });

  it.each<[string, NonNullable<PolicyStatement['Condition']>, Record<string, string>, boolean]>([
    ['StringEquals', { StringEquals: { 'aws:x': ['a', 'b'] } }, { 'aws:x': 'b' }, true],
    ['StringEquals, other case of the key', { StringEquals: { 'AWS:X': 'a' } }, { 'aws:x': 'a' }, true],
    ['StringEquals, other value', { StringEquals: { 'aws:x': 'a' } }, { 'aws:x': 'A' }, false],
    ['StringEquals, no such key', { StringEquals: { 'aws:x': 'a' } }, {}, false],
    ['StringEqualsIfExists, no such key', { StringEqualsIfExists: { 'aws:x': 'a' } }, {}, true],
    [
      'StringEqualsIfExists, other value',
      { StringEqualsIfExists: { 'aws:x': 'a' } },
      { 'aws:x': 'b' },
      false,
    ],
    ['StringNotEquals', { StringNotEquals: { 'aws:x': ['a', 'b'] } }, { 'aws:x': 'b' }, false],
    ['StringNotEquals, no such key', { StringNotEquals: { 'aws:x': 'a' } }, {}, true],
    ['StringEqualsIgnoreCase', { StringEqualsIgnoreCase: { 'aws:x': 'a' } }, { 'aws:x': 'A' }, true],
    ['StringLike', { StringLike: { 's3:prefix': 'folder/*' } }, { 's3:prefix': 'folder/a/b' }, true],
    ['StringLike, other text', { StringLike: { 's3:prefix': 'folder/*' } }, { 's3:prefix': 'other/' }, false],
    ['StringNotLike', { StringNotLike: { 's3:prefix': 'folder/*' } }, { 's3:prefix': 'other/' }, true],
    ['ArnLike', { ArnLike: { 'aws:x': 'arn:aws:sns:*:*:t*' } }, { 'aws:x': 'arn:aws:sns:r:1:topic' }, true],
    [
      'ArnLike, a part missing',
      { ArnLike: { 'aws:x': 'arn:aws:*:topic' } },
      { 'aws:x': 'arn:aws:sns:r:1:topic' },
      false,
    ],
    ['ArnEquals', { ArnEquals: { 'aws:x': 'arn:aws:sns:r:1:t' } }, { 'aws:x': 'arn:aws:sns:r:1:t' }, true],
    [
      'ArnNotEquals',
      { ArnNotEquals: { 'aws:x': 'arn:aws:sns:r:1:t' } },
      { 'aws:x': 'arn:aws:sns:r:1:t' },
      false,
    ],
    ['Bool', { Bool: { 'aws:securetransport': false } }, { 'aws:securetransport': 'false' }, true],
    [
      'Bool, otherwise',
      { Bool: { 'aws:SecureTransport': 'false' } },
      { 'aws:securetransport': 'true' },
      false,
    ],
    ['Null true, no such key', { Null: { 'aws:x': 'true' } }, {}, true],
    ['Null false, no such key', { Null: { 'aws:x': false } }, {}, false],
    ['Null false, with the key', { Null: { 'aws:x': 'false' } }, { 'aws:x': 'a' }, true],
    ['ForAllValues, no such key', { 'ForAllValues:StringEquals': { 'aws:x': 'a' } }, {}, true],
    ['ForAnyValue, no such key', { 'ForAnyValue:StringEquals': { 'aws:x': 'a' } }, {}, false],
    [
      'a policy variable',
      { StringEquals: { 'aws:x': variable('aws:y') } },
      { 'aws:x': 'a', 'aws:y': 'a' },
      true,
    ],
    [
      'a policy variable that is not there',
      { StringLike: { 'aws:x': `${variable('aws:y')}*` } },
      { 'aws:x': 'a' },
      false,
    ],
    [
      'two lines, one of which fails',
      { StringEquals: { 'aws:x': 'a', 'aws:y': 'b' } },
      { 'aws:x': 'a', 'aws:y': 'a' },
      false,
    ],
  ])('with the condition %s', (_, Condition, keys, holds) => {
    expect(decide([allow({ Condition })], keys)).toBe(holds ? 'allow' : 'noMatch');
  });

  it('fail loudly with an operator that is not simulated', () => {
    expect(() => decide([allow({ Condition: { IpAddress: { 'aws:SourceIp': '10.0.0.0/8' } } })])).toThrow(
      'IpAddress',
    );
  });
});

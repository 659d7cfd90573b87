import { type Decision, evaluate } from '../../aws/policy';
import type { PolicyStatement } from '../../contract/service';

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

  it('that do not match allow nothing', () => {
    expect(decide([])).toBe('noMatch');
  });

  it('that deny win over those that allow', () => {
    expect(decide([allow(), allow({ Effect: 'Deny', Action: '*' })])).toBe('explicitDeny');
  });

  const TOPIC = 'arn:aws:sns:r:1:topic';
  it.each<[string, NonNullable<PolicyStatement['Condition']>, Record<string, string>, boolean]>([
    ['StringEquals', { StringEquals: { k: ['a', 'b'] } }, { k: 'b' }, true],
    ['StringEquals, other case of the key', { StringEquals: { K: 'a' } }, { k: 'a' }, true],
    ['StringEquals, other value', { StringEquals: { k: 'a' } }, { k: 'A' }, false],
    ['StringEquals, no such key', { StringEquals: { k: 'a' } }, {}, false],
    ['StringEqualsIfExists, no such key', { StringEqualsIfExists: { k: 'a' } }, {}, true],
    ['StringEqualsIfExists, other value', { StringEqualsIfExists: { k: 'a' } }, { k: 'b' }, false],
    ['StringNotEquals', { StringNotEquals: { k: ['a', 'b'] } }, { k: 'b' }, false],
    ['StringNotEquals, no such key', { StringNotEquals: { k: 'a' } }, {}, true],
    ['StringEqualsIgnoreCase', { StringEqualsIgnoreCase: { k: 'a' } }, { k: 'A' }, true],
    ['StringLike', { StringLike: { k: 'folder/*' } }, { k: 'folder/a/b' }, true],
    ['StringLike, other text', { StringLike: { k: 'folder/*' } }, { k: 'other/' }, false],
    ['StringNotLike', { StringNotLike: { k: 'folder/*' } }, { k: 'other/' }, true],
    ['ArnLike', { ArnLike: { k: 'arn:aws:sns:*:*:t*' } }, { k: TOPIC }, true],
    ['ArnLike, a part missing', { ArnLike: { k: 'arn:aws:*:topic' } }, { k: TOPIC }, false],
    ['ArnEquals', { ArnEquals: { k: TOPIC } }, { k: TOPIC }, true],
    ['ArnNotEquals', { ArnNotEquals: { k: TOPIC } }, { k: TOPIC }, false],
    ['Bool', { Bool: { k: false } }, { k: 'false' }, true],
    ['Bool, otherwise', { Bool: { k: 'false' } }, { k: 'true' }, false],
    ['Null true, no such key', { Null: { k: 'true' } }, {}, true],
    ['Null false, no such key', { Null: { k: false } }, {}, false],
    ['Null false, with the key', { Null: { k: 'false' } }, { k: 'a' }, true],
    ['ForAllValues, no such key', { 'ForAllValues:StringEquals': { k: 'a' } }, {}, true],
    ['ForAnyValue, no such key', { 'ForAnyValue:StringEquals': { k: 'a' } }, {}, false],
    ['a policy variable', { StringEquals: { k: variable('l') } }, { k: 'a', l: 'a' }, true],
    ['an unknown policy variable', { StringLike: { k: `${variable('l')}*` } }, { k: 'a' }, false],
    ['two lines, one of which fails', { StringEquals: { k: 'a', l: 'b' } }, { k: 'a', l: 'a' }, false],
  ])('with the condition %s', (_, Condition, keys, holds) => {
    expect(decide([allow({ Condition })], keys)).toBe(holds ? 'allow' : 'noMatch');
  });

  it('fail loudly with an operator that is not simulated', () => {
    expect(() => decide([allow({ Condition: { IpAddress: { 'aws:SourceIp': '10.0.0.0/8' } } })])).toThrow(
      'IpAddress',
    );
  });
});

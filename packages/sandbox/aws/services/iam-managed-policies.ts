import { randomBytes } from 'node:crypto';
import type { OwnOperations } from '../../contract/operations';
import { AwsError } from '../../contract/service';
import { NotServed } from '../../wire/refusals';
import { type ParsedPolicy, parsePolicy, sizeOf } from './iam-policies';

const MAX_CHARACTERS = 6_144;

interface ManagedPolicy extends ParsedPolicy {
  readonly shown: { readonly PolicyName: string; readonly Arn: string; readonly Path: string };
}

/** The managed policies of an account, each in its first version. AWS's own policies are not simulated. */
export class ManagedPolicies {
  private readonly policies = new Map<string, ManagedPolicy>();

  constructor(private readonly accountId: string) {}

  /** @throws AwsError NoSuchEntity */
  get(arn: string): ManagedPolicy {
    const found = this.policies.get(arn);
    if (!found) throw notAttachable(arn);
    return found;
  }

  /** @throws AwsError NoSuchEntity; NotServed for a policy of AWS */
  require(arn: string, operation: string, parameter: string): void {
    if (arn.includes(':iam::aws:')) throw new NotServed('iam', operation, parameter);
    this.get(arn);
  }

  /** @param isUsed whether a role has a policy, which then cannot be deleted */
  operations(isUsed: (arn: string) => boolean): OwnOperations {
    const resource = ({ PolicyArn, PolicyName, Path }: any): string =>
      PolicyArn ?? this.arnOf(PolicyName, Path);
    return {
      CreatePolicy: { resource, run: (input, { clock }) => ({ Policy: this.create(input, clock.now()) }) },
      GetPolicy: { resource, run: ({ PolicyArn }) => ({ Policy: this.get(PolicyArn).shown }) },
      DeletePolicy: {
        resource,
        run: ({ PolicyArn }) => {
          this.get(PolicyArn);
          if (isUsed(PolicyArn))
            throw new AwsError('DeleteConflict', 'Cannot delete a policy attached to entities.', 409);
          this.policies.delete(PolicyArn);
        },
      },
    };
  }

  private readonly arnOf = (name: string, path = '/'): string =>
    `arn:aws:iam::${this.accountId}:policy${path}${name}`;

  /** @throws AwsError for a name that is taken, and for a document that IAM does not accept */
  private create({ PolicyName, Path = '/', PolicyDocument: text }: any, now: number): object {
    const Arn = this.arnOf(PolicyName, Path);
    if (this.policies.has(Arn))
      throw new AwsError('EntityAlreadyExists', `A policy called ${PolicyName} already exists.`, 409);
    const document = parsePolicy(text, 'permissions');
    if (sizeOf(text) > MAX_CHARACTERS)
      throw new AwsError('LimitExceeded', `Cannot exceed quota for PolicySize: ${MAX_CHARACTERS}`, 409);
    const shown = {
      PolicyName,
      PolicyId: `ANPA${randomBytes(9).toString('hex').toUpperCase().slice(0, 17)}`,
      Arn,
      Path,
      DefaultVersionId: 'v1',
      CreateDate: new Date(now),
    };
    this.policies.set(Arn, { text, document, shown });
    return shown;
  }
}

const notAttachable = (arn: string): AwsError =>
  new AwsError('NoSuchEntity', `Scope ARN: ${arn} does not exist or is not attachable.`, 404);

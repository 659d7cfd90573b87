import type { SandboxCore } from '../contract/core';
import type { LambdaOptions } from '../contract/lambda-options';
import { type Common, type OwnOperation, operationsOf } from '../contract/operations';
import { AwsError, type CallContext, type Operation } from '../contract/service';
import type { CodeStore } from './code-store';
import { notFound } from './errors';
import { parseFunctionName } from './function-name';
import { type FunctionRecord, revised } from './function-record';

/**
 * Holds the functions of an account, by region and name. Lambda's operations look them up and change them here. The
 * only version is `$LATEST`, and aliases point to it.
 */
export class Functions {
  private readonly records = new Map<string, FunctionRecord>();

  constructor(
    readonly core: SandboxCore,
    readonly code: CodeStore,
    readonly options: () => Required<LambdaOptions>,
  ) {}

  /** Operations on a function. */
  operations(own: Readonly<Record<string, OwnOperation>>): Record<string, Operation> {
    const common: Common = {
      resource: (input, context) => this.arn(input, context),
      resourceTags: (input, context) => this.find(this.arn(input, context))?.tags.arrived ?? {},
    };
    return operationsOf('lambda', common, own);
  }

  /**
   * Operations on an alias as well. AWS does not document which ARN it checks for an alias, so both have to be granted.
   */
  aliasOperations(own: Readonly<Record<string, OwnOperation>>): Record<string, Operation> {
    const resource = (input: any, context: CallContext) => this.qualifiedArn(input, context);
    const both = Object.entries(own).map(([name, its]): [string, OwnOperation] => {
      const operation = typeof its === 'function' ? { run: its } : its;
      const run: Operation['run'] = (input, context) => {
        const keys = operation.conditionKeys?.(input, context) ?? {};
        if (input.Qualifier) context.authorize(`lambda:${name}`, this.arn(input, context), keys);
        return operation.run(input, context);
      };
      return [name, { ...operation, resource, run }];
    });
    return this.operations(Object.fromEntries(both));
  }

  arn({ FunctionName }: any, { region }: Pick<CallContext, 'region'>): string {
    return `arn:aws:lambda:${region}:${this.core.accountId}:function:${parseFunctionName(FunctionName).name}`;
  }

  /** Returns the ARN, with the qualifier if the caller named one, since IAM distinguishes the two. */
  qualifiedArn(input: any, context: CallContext): string {
    const { qualifier } = parseFunctionName(input.FunctionName, input.Qualifier);
    return this.arn(input, context) + (qualifier === undefined ? '' : `:${qualifier}`);
  }

  /** @throws AwsError ResourceNotFoundException */
  named(input: any, context: CallContext): FunctionRecord {
    const { FunctionName, Qualifier } = input;
    const { qualifier } = parseFunctionName(FunctionName, Qualifier);
    const elsewhere = /^arn:[^:]+:lambda:([^:]+):/.exec(FunctionName)?.[1] ?? context.region;
    if (elsewhere !== context.region)
      throw notFound(`Functions from '${elsewhere}' are not reachable in this region ('${context.region}')`);
    const account = /^(?:arn:[^:]+:lambda:[^:]+:)?(\d{12}):/.exec(FunctionName)?.[1];
    if (account !== undefined && account !== this.core.accountId) {
      const message = `User is not authorized to perform this action on resource: ${FunctionName}`;
      throw new AwsError('AccessDeniedException', message, 403);
    }
    const record = this.records.get(this.arn(input, context));
    if (record && (qualifier === undefined || qualifier === '$LATEST' || record.aliases.has(qualifier)))
      return record;
    throw notFound(`Function not found: ${this.qualifiedArn(input, context)}`);
  }

  find(functionArn: string): FunctionRecord | undefined {
    return this.records.get(functionArn.replace(/(:function:[^:]+):[^:]+$/, '$1'));
  }

  /** Checks that the caller changes the revision that it has read. */
  checkRevision(revisionId: string, { RevisionId }: any): void {
    if (RevisionId === undefined || RevisionId === revisionId) return;
    throw new AwsError(
      'PreconditionFailedException',
      'The Revision Id provided does not match the latest Revision Id. Call the GetFunction/GetAlias API to retrieve the latest Revision Id',
      412,
    );
  }

  change(before: FunctionRecord, changed: Partial<FunctionRecord>): FunctionRecord {
    const record = revised(before, changed, this.core.clock.now());
    this.records.set(record.arn, record);
    return record;
  }

  /** Its environments finish their running invocations. */
  remove(record: FunctionRecord): void {
    this.records.delete(record.arn);
    record.pool.retire();
  }

  all(): FunctionRecord[] {
    return [...this.records.values()];
  }
}

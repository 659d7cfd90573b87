import type { CodeStore } from '../../lambda/code-store';
import { parseFunctionName } from '../../lambda/function-name';
import { type FunctionRecord, revised } from '../../lambda/function-record';
import { type Functions, qualified } from '../../lambda/functions';
import type { LambdaOptions } from '../../lambda/options';
import type { SandboxCore } from '../core';
import { type Common, type OwnOperation, operationsOf } from '../operations';
import { AwsError, type CallContext, type Operation } from '../service';

/** What Lambda's operations work on, and how they look a function up and change it. */
export class LambdaParts {
  constructor(
    readonly core: SandboxCore,
    readonly functions: Functions,
    readonly code: CodeStore,
    readonly options: () => Required<LambdaOptions>,
  ) {}

  /** Operations on a function. */
  operations(own: Readonly<Record<string, OwnOperation>>): Record<string, Operation> {
    const common: Common = {
      resource: (input, context) => this.arn(input, context),
      resourceTags: (input, context) => this.functions.find(this.arn(input, context))?.tags.arrived ?? {},
    };
    return operationsOf('lambda', common, own);
  }

  arn(input: any, { region }: CallContext): string {
    return this.functions.arn(region, parseFunctionName(input.FunctionName));
  }

  /** With the qualifier, where the caller named one: IAM tells the two apart. */
  qualifiedArn(input: any, { region }: CallContext): string {
    const parsed = parseFunctionName(input.FunctionName, input.Qualifier);
    return qualified(this.functions.arn(region, parsed), parsed.qualifier);
  }

  /** @throws AwsError ResourceNotFoundException */
  named(input: any, { region }: CallContext): FunctionRecord {
    return this.functions.get(region, input.FunctionName, input.Qualifier);
  }

  /** What the caller changes is what it has read. @throws AwsError PreconditionFailedException */
  checkRevision(revisionId: string, { RevisionId }: any): void {
    if (RevisionId === undefined || RevisionId === revisionId) return;
    throw new AwsError(
      'PreconditionFailedException',
      'The Revision Id provided does not match the latest Revision Id. Call the GetFunction/GetAlias API to retrieve the latest Revision Id',
      412,
    );
  }

  change(before: FunctionRecord, changed: Partial<FunctionRecord>): FunctionRecord {
    return this.functions.put(revised(before, changed, this.core.clock.now()));
  }
}

import { AwsError } from '../aws/service';
import { notFound } from './errors';
import { type FunctionName, parseFunctionName } from './function-name';
import type { FunctionRecord } from './function-record';

/** The functions of an account, by region and name. There are no versions but `$LATEST`, and aliases of it. */
export class Functions {
  private readonly records = new Map<string, FunctionRecord>();

  constructor(private readonly accountId: string) {}

  arn(region: string, { name }: Pick<FunctionName, 'name'>): string {
    return `arn:aws:lambda:${region}:${this.accountId}:function:${name}`;
  }

  /** @throws AwsError ResourceNotFoundException */
  get(region: string, functionName: string, qualifier?: string): FunctionRecord {
    const parsed = parseFunctionName(functionName, qualifier);
    const arn = this.arn(region, parsed);
    const record = this.records.get(arn);
    const elsewhere = /^arn:[^:]+:lambda:([^:]+):/.exec(functionName)?.[1];
    if (elsewhere !== undefined && elsewhere !== region) {
      const message = `Functions from '${elsewhere}' are not reachable in this region ('${region}')`;
      throw notFound(message);
    }
    const account = /^(?:arn:[^:]+:lambda:[^:]+:)?(\d{12}):/.exec(functionName)?.[1];
    if (account !== undefined && account !== this.accountId) {
      const message = `User is not authorized to perform this action on resource: ${functionName}`;
      throw new AwsError('AccessDeniedException', message, 403);
    }
    const { qualifier: asked } = parsed;
    if (record && (asked === undefined || asked === '$LATEST' || record.aliases.has(asked))) return record;
    throw notFound(`Function not found: ${qualified(arn, asked)}`);
  }

  find(functionArn: string): FunctionRecord | undefined {
    return this.records.get(functionArn.replace(/(:function:[^:]+):[^:]+$/, '$1'));
  }

  put(record: FunctionRecord): FunctionRecord {
    this.records.set(record.arn, record);
    return record;
  }

  /** Its environments finish what they run. */
  remove(record: FunctionRecord): void {
    this.records.delete(record.arn);
    record.pool.retire();
  }

  all(): FunctionRecord[] {
    return [...this.records.values()];
  }
}

/** An ARN as the caller named it. */
export const qualified = (functionArn: string, qualifier: string | undefined): string =>
  qualifier === undefined ? functionArn : `${functionArn}:${qualifier}`;

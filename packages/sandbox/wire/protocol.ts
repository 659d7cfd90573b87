import type { AwsError, WireRequest, WireResponse } from '../contract/service';
import type { OperationModel } from './model';

/** The operation that a request means, which the sandbox may lack. */
export interface Routed {
  readonly operation: string;
  /** Labels of the path, decoded. */
  readonly labels: Readonly<Record<string, string>>;
}

/** One of AWS's protocols, applied to one service. */
export interface Protocol {
  recognises(request: WireRequest): boolean;
  route(request: WireRequest): Routed | undefined;
  /**
   * Reads the input in the SDK's shapes, without checking it against the model.
   * @throws AwsError if the bytes are malformed
   */
  read(operation: OperationModel, request: WireRequest, routed: Routed): any;
  answer(operation: OperationModel, output: any, requestId: string): WireResponse;
  answerError(error: AwsError, requestId: string, request: WireRequest): WireResponse;
}

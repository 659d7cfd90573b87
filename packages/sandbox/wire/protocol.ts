import type { AwsError, WireRequest, WireResponse } from '../contract/service';
import type { OperationModel } from './model';

/** Which operation a request means; the sandbox may not have it. */
export interface Routed {
  readonly operation: string;
  /** Parts of the path, decoded. */
  readonly labels: Readonly<Record<string, string>>;
}

/** One of AWS's protocols, in front of one service. */
export interface Protocol {
  recognises(request: WireRequest): boolean;
  route(request: WireRequest): Routed | undefined;
  /** Reads the input, in the SDK's shapes, not yet held to the model. @throws AwsError if the bytes are malformed */
  read(operation: OperationModel, request: WireRequest, routed: Routed): any;
  answer(operation: OperationModel, output: any, requestId: string): WireResponse;
  answerError(error: AwsError, requestId: string, request: WireRequest): WireResponse;
}

import * as grpc from '@grpc/grpc-js';
import type { CallHandlers } from '../provider-calls';
import { CALLS, type CallName, decodeMessage, encodeMessage, type MessageName } from './messages';

/** The version of Terraform's plugin protocol. */
export const PROTOCOL_VERSION = 6;

const MAX_MESSAGE_BYTES = 256 * 1024 * 1024;

/** Makes a gRPC server that is a Terraform plugin: it has the provider's service and those that go-plugin requires. */
export function pluginServer(handlers: CallHandlers, onShutdown: () => void): grpc.Server {
  const server = new grpc.Server({
    'grpc.max_receive_message_length': MAX_MESSAGE_BYTES,
    'grpc.max_send_message_length': MAX_MESSAGE_BYTES,
  });
  addProvider(server, handlers);
  server.addService(
    { Check: method('/grpc.health.v1.Health/Check', 'HealthRequest', 'HealthResponse') },
    { Check: unary(() => ({ status: SERVING })) },
  );
  // Without it the engine waits for seconds at the end of every command, and then kills the plugin.
  const Shutdown = unary(() => {
    setImmediate(onShutdown);
    return {};
  });
  server.addService({ Shutdown: method('/plugin.GRPCController/Shutdown', 'Empty', 'Empty') }, { Shutdown });
  // The engine reads the plugin's output here. The plugin writes none, so the stream stays open and silent.
  const output = { response: true };
  server.addService(
    { StreamStdio: method('/plugin.GRPCStdio/StreamStdio', 'Empty', 'StdioData', output) },
    { StreamStdio: () => {} },
  );
  // For plugins that call back into the engine, which this one does not.
  const both = { request: true, response: true };
  server.addService(
    { StartStream: method('/plugin.GRPCBroker/StartStream', 'ConnectionInfo', 'ConnectionInfo', both) },
    {
      StartStream: (call: grpc.ServerDuplexStream<any, any>) => {
        call.on('data', () => {});
        call.on('error', () => {});
        call.on('end', () => call.end());
      },
    },
  );
  return server;
}

/** `SERVING` in gRPC's health check. */
const SERVING = 1;

function addProvider(server: grpc.Server, handlers: CallHandlers): void {
  const definition: Record<string, Method> = {};
  const implementation: Record<string, grpc.handleUnaryCall<any, any>> = {};
  for (const [name, [rpc, request, response]] of Object.entries(CALLS)) {
    definition[rpc] = method(`/tfplugin${PROTOCOL_VERSION}.Provider/${rpc}`, request, response);
    if (name === 'getSchema') definition[rpc].responseSerialize = encodedOnce(response);
    implementation[rpc] = (call, answer) => {
      Promise.resolve()
        .then(() => handlers[name as CallName](call.request, call.getPeer()))
        .then(
          (value) => answer(null, value),
          (error: Error) => answer({ code: grpc.status.INTERNAL, message: error.stack ?? error.message }),
        );
    };
  }
  server.addService(definition, implementation);
}

type Method = grpc.MethodDefinition<any, any>;

/** @param path `/service/Method`, gRPC's name of a call */
const method = (
  path: string,
  request: MessageName,
  response: MessageName,
  stream: { request?: boolean; response?: boolean } = {},
): Method => ({
  path,
  requestStream: stream.request ?? false,
  responseStream: stream.response ?? false,
  requestSerialize: (value) => encodeMessage(request, value),
  requestDeserialize: (bytes) => decodeMessage(request, bytes),
  responseSerialize: (value) => encodeMessage(response, value),
  responseDeserialize: (bytes) => decodeMessage(response, bytes),
});

/** Encodes a large object only once, provided that it is the same object each time. */
function encodedOnce(name: MessageName): (value: object) => Buffer {
  return (value) => {
    const bytes = encoded.get(value) ?? encodeMessage(name, value);
    encoded.set(value, bytes);
    return bytes;
  };
}
const encoded = new WeakMap<object, Buffer>();

const unary =
  (run: () => object): grpc.handleUnaryCall<any, any> =>
  (_call, answer) =>
    answer(null, run());

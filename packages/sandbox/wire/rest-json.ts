import { errorMembers, errorShape } from './errors';
import { parseJson, readJson, writeJson } from './json-values';
import type { Model } from './model';
import type { Protocol } from './protocol';
import { answerRest, type BodyFormat, readRest } from './rest';
import { restRouter } from './route';

const FORMAT: BodyFormat = {
  read: (shape, body) => readJson(shape, parseJson(body)),
  write: (shape, value) => JSON.stringify(writeJson(shape, value)),
  contentType: 'application/json',
  rawContentType: 'application/json',
};

/** SES's clients differ: for the signing Put JavaScript says `/v2/email`, Python `/v1/email`. */
const oneVersion = (path: string): string => path.replace(/^\/v1\/email\//, '/v2/email/');

/** `restJson1`: SES, Lambda, Scheduler. Routes by method and path, JSON bodies, times in seconds. */
export function restJson(model: Model): Protocol {
  return {
    recognises: () => true,
    route: restRouter(model, oneVersion),
    read: (operation, request, routed) => readRest(operation, request, routed, FORMAT),
    answer: (operation, output, requestId) =>
      answerRest(operation, output, { 'x-amzn-requestid': requestId }, FORMAT),
    answerError(error, requestId) {
      const shape = errorShape(model, error.code);
      return {
        statusCode: error.statusCode,
        headers: {
          'content-type': 'application/json',
          'x-amzn-requestid': requestId,
          'x-amzn-errortype': error.code,
        },
        body: JSON.stringify(errorMembers(shape, error)),
      };
    },
  };
}

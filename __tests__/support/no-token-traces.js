/**
 * cdktf keeps for each token the whole stack in which it was made. No test reads them, and with jest's source maps they
 * take half the time of a synthesis. It is the only one to ask for a stack without limit.
 */
const { captureStackTrace } = Error;
Error.captureStackTrace = (object, below) => {
  if (Error.stackTraceLimit !== Number.MAX_SAFE_INTEGER) captureStackTrace(object, below);
};

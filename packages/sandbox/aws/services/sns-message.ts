import { AwsError } from '../service';

const MAX_MESSAGE_BYTES = 256 * 1024;
/** ASCII without control characters, under 100 characters, begun by a letter, a number or punctuation. */
const SUBJECT = /^[\x21-\x7e][\x20-\x7e]{0,98}$/;

/** What `Publish` sends, checked. @throws AwsError InvalidParameter */
export function readMessage(input: any): {
  subject?: string;
  message: string;
  attributes: Record<string, any>;
} {
  const { Subject, Message, MessageStructure, MessageAttributes = {} } = input;
  if (typeof Message !== 'string' || Message === '') throw invalid('Empty message');
  if (Buffer.byteLength(Message) + sizeOf(MessageAttributes) > MAX_MESSAGE_BYTES)
    throw invalid('Message too long');
  if (Subject !== undefined && !SUBJECT.test(Subject)) throw invalid('Subject');
  if (MessageStructure === 'json') checkStructure(Message);
  return { subject: Subject, message: Message, attributes: MessageAttributes };
}

/** Attributes count: name, type and value. */
const sizeOf = (attributes: Record<string, any>): number =>
  Object.entries(attributes)
    .flatMap(([name, { DataType, StringValue = '', BinaryValue = '' }]) => [
      name,
      DataType,
      StringValue,
      BinaryValue,
    ])
    .reduce((sum, part) => sum + Buffer.byteLength(part), 0);

function checkStructure(message: string): void {
  let parsed: any;
  try {
    parsed = JSON.parse(message);
  } catch {
    throw invalid('Message Structure - JSON message body failed to parse');
  }
  if (typeof parsed?.default !== 'string')
    throw invalid('Message Structure - No default entry in JSON message body');
}

export const invalid = (what: string): AwsError =>
  new AwsError('InvalidParameter', `Invalid parameter: ${what}`);

import type { WireProtocol } from '../service';
import { awsQuery } from '../wire/query';

const protocol = awsQuery('http://sns.amazonaws.com/doc/2010-03-31/');

/** SNS's query interface. `Attributes` is a map there: `<entry><key>…</key><value>…</value></entry>`. */
export const snsWire: WireProtocol = {
  ...protocol,
  encode: (operation, output, context) => {
    const { Attributes, ...rest } = output ?? {};
    const attributes = Attributes && new Map(Object.entries(Attributes));
    return protocol.encode(operation, { ...rest, Attributes: attributes }, context);
  },
};

/** With which the packed package is tried; another `constructs` than this project's own. */
export const CDKTF = {
  cdktf: '0.21.0',
  constructs: '10.5.1',
  '@cdktf/provider-aws': '21.22.1',
  typescript: '5.9.3',
  'ts-node': '10.9.2',
  tsx: '4.23.15',
  '@types/node': '20.19.43',
};
export const CDKTN = {
  cdktn: '0.24.0',
  constructs: '10.6.0',
  '@cdktn/provider-aws': '25.7.0',
  typescript: '5.9.3',
  '@types/node': '20.19.43',
};

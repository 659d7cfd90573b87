import { Fn } from 'cdktf';

/** Returns the region of an ARN (`arn:partition:service:region:account:…`) that the engine may not know yet. */
export const regionOf = (arn: string): string => Fn.element(Fn.split(':', arn), 3);

/** Returns the account of such an ARN. */
export const accountOf = (arn: string): string => Fn.element(Fn.split(':', arn), 4);

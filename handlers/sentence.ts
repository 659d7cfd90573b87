/** Somebody else's message, to be put into a sentence of ours that goes on: without its full stop. */
export const withoutFullStop = (message: string): string => message.replace(/\.+$/, '');

import { redactUrls } from '@driftloop/errors';

/** Prints to standard output, without the credentials of URLs. */
export function print(text: string): void {
  console.log(redactUrls(text));
}

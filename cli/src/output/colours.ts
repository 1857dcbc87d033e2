import pc from 'picocolors';

/**
 * Colours for the standard output: on a terminal only, so that what is piped or kept in a file is
 * plain text, on a CI machine too; `NO_COLOR` and `FORCE_COLOR` decide otherwise.
 */
export const colours = pc.createColors(
  !process.env.NO_COLOR && (Boolean(process.env.FORCE_COLOR) || process.stdout.isTTY === true),
);

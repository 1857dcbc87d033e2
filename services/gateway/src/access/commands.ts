/** Of routes by which a person asks for something to be done to a model. */
export const COMMAND = { role: 'operator', isCommand: true } as const;

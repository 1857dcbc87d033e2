/** Of routes by which requests and labels come: who may, and that they are on Kafka as it is. */
export const TRAFFIC = { role: 'operator', audit: 'refused' } as const;

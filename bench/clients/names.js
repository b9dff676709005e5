/** Everybody signs, with keys that the sink does not look at. */
export const keys = { id: 'bench-key-id', secret: 'bench-key-secret' }

export const bucket = 'bench'

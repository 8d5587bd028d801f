import { definePlain } from './generated/index.js';

export default definePlain({ Turn() {} });

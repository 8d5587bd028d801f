import { definePlain } from './generated/index.js';

export default definePlain({
  Order({ id, unit }, _, { main }) {
    main.send.Got({ what: 'plain', id, json: unit });
  },
});

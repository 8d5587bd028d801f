import { defineRing } from './generated/index.js';

export default defineRing({
  OnRing({ key, id }, _, { main, instance }) {
    main.send.Got({ route: 'ring', key, id, instance });
  },
});

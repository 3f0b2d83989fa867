import { Performer } from '../../../runtime/delivery/perform';

// Nothing is ever found in the target.
Performer.prototype.lookUp = async () => ({ found: 'absent' });

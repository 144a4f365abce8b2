"""Rules of any third party's form, whose judgement rests on what the other shares of a suite say."""

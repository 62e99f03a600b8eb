//! One plain Latin key for a name in any of the region's scripts, so that a search finds it however it is written.
//!
//! The key is for comparing only and never shown. It is deliberately lossy: letters that different spellings of one
//! name use for one sound share a letter (`ğ ղ г gh` → `g`, `ç ч չ ճ ch c` → `j`, `ş ш շ sh s` → `s`, `x х խ kh` → `kh`,
//! `y й յ ı ы i` → `i`). What differs between languages in earnest (Shusha and Shushi) stays different; a place is
//! found under any of its names.

/// The key of a text: lower case, without accents, Armenian, Cyrillic and Georgian letters in Latin ones, anything that
/// is neither letter nor digit as a single space, no space at either end.
pub fn fold(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    fold_onto(&mut out, text);
    out
}

/// Appends the key of `text` to `out`, separated by a space from what is there. The separate call lets a scan over many
/// texts use one buffer.
pub fn fold_onto(out: &mut String, text: &str) {
    let mut key = Key { word_start: true, gap: !out.is_empty(), out };
    let mut chars = text.chars().flat_map(char::to_lowercase).peekable();
    while let Some(c) = chars.next() {
        match c {
            // Armenian writes "u" with two letters, and "vo" and "ye" with one at the start of a word.
            'ո' if chars.peek() == Some(&'ւ') => {
                chars.next();
                key.letters("u");
            }
            'ո' if key.word_start => key.letters("vo"),
            _ => match latin(c) {
                Some(letters) => key.letters(letters),
                None if c.is_alphanumeric() => key.letters(c.encode_utf8(&mut [0; 4])),
                None => key.space(),
            },
        }
    }
}

/// The key as it is written: joins the digraphs that stand for one sound.
struct Key<'a> {
    out: &'a mut String,
    word_start: bool,
    /// A space is due before the next letter.
    gap: bool,
}

impl Key<'_> {
    fn space(&mut self) {
        self.gap = !self.out.is_empty();
        self.word_start = true;
    }

    fn letters(&mut self, letters: &str) {
        for c in letters.chars() {
            self.letter(c);
        }
    }

    fn letter(&mut self, c: char) {
        if self.gap {
            self.out.push(' ');
            self.gap = false;
        }
        // Within a word only: a digraph does not reach across a space.
        let last = if self.word_start { ' ' } else { self.out.chars().next_back().unwrap_or(' ') };
        // Whether `last` is the first letter of its word.
        let first = self.out.strip_suffix(last).is_some_and(|rest| rest.is_empty() || rest.ends_with(' '));
        match (last, c) {
            // Keyboards without ç and ş: “Lacin”, “Susa” are typed for Laçın and Şuşa.
            ('g' | 'j' | 's', 'h') | ('i', 'i') => {}
            // dj, dzh and дж are one sound: j.
            ('d', 'j') => self.replace_last('j'),
            ('z', 'h') if self.out.ends_with("dz") => {
                self.out.pop();
                self.replace_last('j');
            }
            // "Ye" at the start of a word is the letter е / ե: Yerevan, Ереван, Երևան.
            ('i', 'e') if first => self.replace_last('e'),
            _ => self.out.push(c),
        }
        self.word_start = false;
    }

    fn replace_last(&mut self, c: char) {
        self.out.pop();
        self.out.push(c);
    }
}

/// The Latin letters of one lower-case character; `""` for marks that are dropped, `None` for what is not listed.
// One block a script reads better than one arm a letter over four scripts.
#[expect(clippy::match_same_arms)]
fn latin(c: char) -> Option<&'static str> {
    Some(match c {
        // Latin. `c` is Azerbaijani j; "ch" so becomes "jh" and, joined, "j", as the letters for ch do.
        'a' | 'à' | 'á' | 'â' | 'ã' | 'ä' | 'å' | 'ā' | 'ă' | 'ą' => "a",
        'b' => "b",
        'c' => "j",
        'ç' | 'č' | 'ć' => "jh",
        'd' | 'đ' | 'ď' => "d",
        'e' | 'è' | 'é' | 'ê' | 'ë' | 'ē' | 'ė' | 'ę' | 'ě' | 'ə' | 'ǝ' => "e",
        'f' => "f",
        'g' | 'ğ' | 'ġ' | 'ģ' | 'ǧ' | 'q' => "g",
        'h' | 'ħ' | 'ḥ' => "h",
        'i' | 'ì' | 'í' | 'î' | 'ï' | 'ī' | 'į' | 'ı' | 'y' | 'ý' | 'ÿ' => "i",
        'j' | 'ǰ' => "j",
        'k' | 'ķ' => "k",
        'l' | 'ł' | 'ļ' | 'ľ' => "l",
        'm' => "m",
        'n' | 'ñ' | 'ń' | 'ņ' | 'ň' => "n",
        'o' | 'ò' | 'ó' | 'ô' | 'õ' | 'ö' | 'ø' | 'ō' | 'ő' => "o",
        'p' => "p",
        'r' | 'ř' | 'ṙ' => "r",
        's' | 'ś' => "s",
        'š' | 'ş' | 'ș' => "sh",
        't' | 'ť' | 'ţ' | 'ț' => "t",
        'u' | 'ù' | 'ú' | 'û' | 'ü' | 'ū' | 'ů' | 'ű' => "u",
        'v' | 'w' => "v",
        'x' => "kh",
        'z' | 'ź' | 'ż' => "z",
        'ž' => "zh",
        'ß' => "ss",
        'æ' => "ae",
        'œ' => "oe",
        // Armenian.
        'ա' => "a",
        'բ' => "b",
        'գ' | 'ղ' => "g",
        'դ' => "d",
        'ե' | 'է' | 'ը' => "e",
        'զ' => "z",
        'թ' | 'տ' => "t",
        'ժ' => "zh",
        'ի' | 'յ' => "i",
        'լ' => "l",
        'խ' => "kh",
        'ծ' | 'ց' => "ts",
        'կ' | 'ք' => "k",
        'հ' => "h",
        'ձ' => "dz",
        'ճ' | 'չ' => "jh",
        'մ' => "m",
        'ն' => "n",
        'շ' => "sh",
        'ո' | 'օ' => "o",
        'պ' | 'փ' => "p",
        'ջ' => "j",
        'ռ' | 'ր' => "r",
        'ս' => "s",
        'վ' | 'ւ' => "v",
        'ֆ' => "f",
        'և' => "ev",
        // Cyrillic: Russian, with the letters of older Azerbaijani spelling and of Ukrainian.
        'а' => "a",
        'б' => "b",
        'в' => "v",
        'г' | 'ғ' | 'ґ' | 'ҝ' => "g",
        'д' => "d",
        'е' | 'ё' | 'э' | 'є' | 'ә' => "e",
        'ж' => "zh",
        'з' => "z",
        'и' | 'й' | 'ы' | 'і' | 'ї' | 'ј' => "i",
        'к' | 'қ' => "k",
        'л' => "l",
        'м' => "m",
        'н' => "n",
        'о' | 'ө' => "o",
        'п' => "p",
        'р' => "r",
        'с' => "s",
        'т' => "t",
        'у' | 'ү' | 'ў' => "u",
        'ф' => "f",
        'х' => "kh",
        'һ' => "h",
        'ц' => "ts",
        'ч' => "jh",
        'ҹ' => "j",
        'ш' | 'щ' => "sh",
        'ю' => "iu",
        'я' => "ia",
        // Georgian.
        'ა' => "a",
        'ბ' => "b",
        'გ' | 'ღ' => "g",
        'დ' => "d",
        'ე' => "e",
        'ვ' => "v",
        'ზ' => "z",
        'თ' | 'ტ' => "t",
        'ი' => "i",
        'კ' | 'ქ' | 'ყ' => "k",
        'ლ' => "l",
        'მ' => "m",
        'ნ' => "n",
        'ო' => "o",
        'პ' | 'ფ' => "p",
        'ჟ' => "zh",
        'რ' => "r",
        'ს' => "s",
        'უ' => "u",
        'შ' => "sh",
        'ჩ' | 'ჭ' => "jh",
        'ც' | 'წ' => "ts",
        'ძ' => "dz",
        'ხ' => "kh",
        'ჯ' => "j",
        'ჰ' => "h",
        // Soft and hard signs, apostrophes, Armenian stress marks, accents written as characters of their own.
        'ъ' | 'ь' | '\'' | '’' | '‘' | 'ʼ' | 'ʿ' | 'ʻ' | '՚' | '՛' | '՜' | '՞' | '\u{300}'..='\u{36f}' => {
            ""
        }
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(spellings: &[&str]) {
        for s in spellings {
            assert_eq!(fold(s), fold(spellings[0]), "{s} and {}", spellings[0]);
        }
    }

    #[test]
    fn spellings_of_one_name_fold_to_one_key() {
        check(&["Khankendi", "Xankəndi", "Ханкенди", "Խանքենդի"]);
        check(&["Stepanakert", "Ստեփանակերտ", "Степанакерт"]);
        check(&["Shusha", "Şuşa", "Шуша", "Šuša"]);
        check(&["Shushi", "Շուշի", "Шуши"]);
        check(&["Lachin", "Laçın", "Лачин", "Լաչին"]);
        check(&["Aghdam", "Ağdam", "Agdam", "Агдам", "Աղդամ"]);
        check(&["Khojaly", "Xocalı", "Ходжалы", "Khojali"]);
        check(&["Jermuk", "Cermuk", "Джермук", "Ջերմուկ"]);
        check(&["Ijevan", "İcevan", "Иджеван", "Իջևան"]);
        check(&["Yerevan", "Ереван", "Երևան"]);
        check(&["Azerbaijan", "Azərbaycan", "Азербайджан"]);
        check(&["Artsakh", "Արցախ", "Арцах"]);
        check(&["Gazakh", "Qazax", "Ղազախ"]);
        check(&["Jabrail", "Jabrayil", "Джабраил"]);
        check(&["Sotk", "Սոթք", "Сотк"]);
        check(&["Vorotan", "Որոտան", "Воротан"]);
        check(&["Tbilisi", "თბილისი", "Тбилиси"]);
        check(&["Nagorno-Karabakh", "nagorno  karabakh", "NAGORNO–KARABAKH."]);
        check(&["Café", "cafe\u{301}"]);
    }

    #[test]
    fn what_is_typed_so_far_is_found_in_the_whole() {
        for (typed, name) in [("xank", "Khankendi"), ("c", "Chambarak"), ("Степ", "Ստեփանակերտ"), ("ագ", "Ağdam")]
        {
            assert!(fold(name).starts_with(&fold(typed)), "{typed}: {}", fold(name));
        }
    }

    #[test]
    fn other_scripts_and_empty_texts_stay_what_they_are() {
        assert_eq!(fold(""), "");
        assert_eq!(fold(" — "), "");
        assert_eq!(fold("東京 7"), "東京 7");
    }

    #[test]
    fn texts_in_one_buffer_stay_apart() {
        let mut out = fold("Sotk");
        fold_onto(&mut out, "Vardenis");
        fold_onto(&mut out, "--");
        assert_eq!(out, "sotk vardenis");
    }
}

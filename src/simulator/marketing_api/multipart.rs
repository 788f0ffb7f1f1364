//! Multipart forms (RFC 7578), read as they pass: small fields are kept, files are hashed and measured.

use md5::{Digest as _, Md5};
use memchr::memmem;

use super::seen::{MediaFacts, MediaReader};
use crate::simulator::wire::hex;

/// Reader of a multipart form that arrives in pieces of any size.
#[derive(Debug)]
pub(super) struct MultipartReader {
    /// Line break, two hyphens and the boundary.
    delimiter: Vec<u8>,
    /// Bytes that may still be the beginning of a delimiter or of a part.
    pending: Vec<u8>,
    place: FormPlace,
    form: MultipartForm,
    /// Most bytes of a file that are kept.
    keep: usize,
}

/// Content of a form.
#[derive(Debug, Default)]
pub(super) struct MultipartForm {
    /// Names and values of the parts without a file name.
    pub(super) fields: Vec<(String, String)>,
    pub(super) files: Vec<UploadedFile>,
}

/// A file of a form.
#[derive(Debug)]
pub(super) struct UploadedFile {
    /// Name of the part.
    pub(super) part: String,
    pub(super) file_name: String,
    /// Length in bytes.
    pub(super) size: u64,
    /// Lowercase hex MD5.
    pub(super) signature: String,
    pub(super) facts: MediaFacts,
    /// The first bytes, as far as they are kept.
    pub(super) kept: Vec<u8>,
}

#[derive(Debug)]
enum FormPlace {
    /// Before the first delimiter.
    Preamble,
    /// Behind a delimiter: the next part, or the end.
    Behind,
    Head,
    Field(String, Vec<u8>),
    File(Box<PassingFile>),
    End,
    Broken,
}

#[derive(Debug)]
struct PassingFile {
    part: String,
    file_name: String,
    size: u64,
    hasher: Md5,
    reader: MediaReader,
    kept: Vec<u8>,
}

impl MultipartReader {
    /// Begins to read a body of this media type. `None` if it is no multipart form, or has no boundary.
    pub(super) fn of(content_type: &str, keep: usize) -> Option<Self> {
        let (media_type, parameters) = content_type.split_once(';')?;
        if !media_type.trim().eq_ignore_ascii_case("multipart/form-data") {
            return None;
        }
        let boundary = parameters.split(';').find_map(|parameter| {
            let (name, value) = parameter.split_once('=')?;
            (name.trim().eq_ignore_ascii_case("boundary")).then(|| value.trim().trim_matches('"'))
        })?;
        let fits = (1..=MOST_BOUNDARY).contains(&boundary.len());
        fits.then(|| Self {
            delimiter: format!("\r\n--{boundary}").into_bytes(),
            // The first delimiter may lack its line break.
            pending: b"\r\n".to_vec(),
            place: FormPlace::Preamble,
            form: MultipartForm::default(),
            keep,
        })
    }

    /// Takes the next bytes of the body.
    pub(super) fn feed(&mut self, bytes: &[u8]) {
        self.pending.extend_from_slice(bytes);
        while self.step() {}
    }

    /// The form, if it is complete.
    pub(super) fn finish(self) -> Option<MultipartForm> {
        matches!(self.place, FormPlace::End).then_some(self.form)
    }

    /// Names and values of the fields, and names and sizes of the files, for the journal.
    pub(super) fn so_far(&self) -> serde_json::Value {
        let fields = self.form.fields.iter();
        let fields = fields.map(|(name, value)| (name.clone(), serde_json::Value::from(value.as_str())));
        let files = self.form.files.iter().map(|file| {
            let told =
                serde_json::json!({"file_name": file.file_name, "size": file.size, "md5": file.signature});
            (file.part.clone(), told)
        });
        serde_json::Value::Object(fields.chain(files).collect())
    }

    /// Reads on. False if more bytes are needed.
    fn step(&mut self) -> bool {
        match std::mem::replace(&mut self.place, FormPlace::Broken) {
            FormPlace::Behind => self.begin(),
            FormPlace::Head => self.read_head(),
            FormPlace::End => {
                self.pending.clear();
                self.place = FormPlace::End;
                false
            }
            FormPlace::Broken => {
                self.pending.clear();
                false
            }
            place @ (FormPlace::Preamble | FormPlace::Field(..) | FormPlace::File(_)) => self.pass(place),
        }
    }

    /// Behind a delimiter: a line break, or two hyphens at the end.
    fn begin(&mut self) -> bool {
        let next = self.pending.get(..2).map(<[u8]>::to_vec);
        let Some(next) = next else {
            self.place = FormPlace::Behind;
            return false;
        };
        self.pending.drain(..2);
        self.place = match next.as_slice() {
            b"\r\n" => FormPlace::Head,
            b"--" => FormPlace::End,
            _ => FormPlace::Broken,
        };
        true
    }

    fn read_head(&mut self) -> bool {
        let Some(end) = memmem::find(&self.pending, b"\r\n\r\n") else {
            if self.pending.len() <= MOST_HEAD {
                self.place = FormPlace::Head;
            }
            return false;
        };
        let head: Vec<u8> = self.pending.drain(..end + 4).collect();
        self.place = part_of(&String::from_utf8_lossy(&head));
        true
    }

    /// Passes bytes on, up to the next delimiter.
    fn pass(&mut self, mut place: FormPlace) -> bool {
        let found = memmem::find(&self.pending, &self.delimiter);
        let end = found.unwrap_or_else(|| self.pending.len().saturating_sub(self.delimiter.len() - 1));
        place.take(self.pending.get(..end).unwrap_or_default(), self.keep);
        let skipped = found.map_or(end, |at| at + self.delimiter.len());
        self.pending.drain(..skipped);
        if matches!(&place, FormPlace::Field(_, value) if value.len() > MOST_FIELD) {
            return true;
        }
        if found.is_none() {
            self.place = place;
            return false;
        }
        match place {
            FormPlace::Field(name, value) => {
                let value = String::from_utf8_lossy(&value).into_owned();
                self.form.fields.push((name, value));
            }
            FormPlace::File(file) => self.form.files.push(file.finish()),
            FormPlace::Preamble
            | FormPlace::Behind
            | FormPlace::Head
            | FormPlace::End
            | FormPlace::Broken => {}
        }
        self.place = FormPlace::Behind;
        true
    }
}

impl FormPlace {
    fn take(&mut self, bytes: &[u8], keep: usize) {
        match self {
            Self::Field(_, value) => value.extend_from_slice(bytes),
            Self::File(file) => file.take(bytes, keep),
            Self::Preamble | Self::Behind | Self::Head | Self::End | Self::Broken => {}
        }
    }
}

/// The part that its header lines begin.
fn part_of(head: &str) -> FormPlace {
    let disposition = head.lines().find_map(|line| {
        let (name, value) = line.split_once(':')?;
        name.trim()
            .eq_ignore_ascii_case("content-disposition")
            .then_some(value)
    });
    let parameter = |wanted: &str| {
        let parameters = disposition?.split(';').skip(1);
        parameters.into_iter().find_map(|parameter| {
            let (name, value) = parameter.split_once('=')?;
            (name.trim() == wanted).then(|| value.trim().trim_matches('"').to_owned())
        })
    };
    match (parameter("name"), parameter("filename")) {
        (Some(part), Some(file_name)) => FormPlace::File(Box::new(PassingFile {
            part,
            file_name,
            size: 0,
            hasher: Md5::new(),
            reader: MediaReader::default(),
            kept: Vec::new(),
        })),
        (Some(name), None) => FormPlace::Field(name, Vec::new()),
        (None, _) => FormPlace::Broken,
    }
}

impl PassingFile {
    fn take(&mut self, bytes: &[u8], keep: usize) {
        self.size = self.size.saturating_add(bytes.len() as u64);
        self.hasher.update(bytes);
        self.reader.feed(bytes);
        let room = keep.saturating_sub(self.kept.len()).min(bytes.len());
        self.kept.extend_from_slice(bytes.get(..room).unwrap_or_default());
    }

    fn finish(self) -> UploadedFile {
        UploadedFile {
            part: self.part,
            file_name: self.file_name,
            size: self.size,
            signature: hex(&self.hasher.finalize()),
            facts: self.reader.facts(),
            kept: self.kept,
        }
    }
}

/// Most characters of a boundary (RFC 2046).
const MOST_BOUNDARY: usize = 70;
/// Most bytes of the header lines of a part.
const MOST_HEAD: usize = 16 << 10;
/// Most bytes of a field.
const MOST_FIELD: usize = 64 << 10;

#[cfg(test)]
mod tests {
    use super::*;

    const BODY: &str = "--b\r\nContent-Disposition: form-data; name=\"advertiser_id\"\r\n\r\n7\r\n--b\r\n\
        Content-Disposition: form-data; name=\"video_file\"; filename=\"a.mp4\"\r\nContent-Type: video/mp4\r\n\r\n\
        abc\r\n--not\r\n--b--\r\n";

    #[test]
    fn pieces_of_any_size_are_one_form() {
        for size in [1, 2, 3, 7, 50, 1_000] {
            let mut reader = MultipartReader::of("multipart/form-data; boundary=b", 2).unwrap();
            BODY.as_bytes().chunks(size).for_each(|piece| reader.feed(piece));
            let form = reader.finish().unwrap();
            assert_eq!(
                form.fields,
                [("advertiser_id".to_owned(), "7".to_owned())],
                "{size}"
            );
            let file = &form.files[0];
            assert_eq!(
                (file.part.as_str(), file.file_name.as_str(), file.size),
                ("video_file", "a.mp4", 10)
            );
            assert_eq!(file.signature, hex(&Md5::digest(b"abc\r\n--not")), "{size}");
            assert_eq!(file.kept, b"ab");
        }
    }

    #[test]
    fn what_is_no_form_or_ends_early_is_none() {
        assert!(MultipartReader::of("application/json", 0).is_none());
        assert!(MultipartReader::of("multipart/form-data", 0).is_none());
        assert!(MultipartReader::of("multipart/form-data; boundary=", 0).is_none());
        for body in [
            "",
            "--b",
            "--b\r\nX: y\r\n\r\n1\r\n--b--",
            "--bx",
            BODY.strip_suffix("--\r\n").unwrap(),
        ] {
            let mut reader = MultipartReader::of("Multipart/Form-Data; boundary=\"b\"", 0).unwrap();
            reader.feed(body.as_bytes());
            assert!(reader.finish().is_none(), "{body}");
        }
        let mut reader = MultipartReader::of("multipart/form-data; boundary=b", 0).unwrap();
        reader.feed(b"--b\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\n");
        (0..3).for_each(|_| reader.feed(&vec![b'x'; MOST_FIELD]));
        assert!(reader.pending.len() < 100, "a field that is too long is not kept");
        assert!(reader.finish().is_none());
    }
}

//! Forms, taken apart by a parser that is not the transport's.

/// Names and texts of the fields in order; of a file its content.
pub(crate) fn fields(kind: &str, bytes: &[u8]) -> Vec<(String, String)> {
    match multer::parse_boundary(kind) {
        Ok(boundary) => parts(&boundary, bytes),
        Err(_) => url::form_urlencoded::parse(bytes).into_owned().collect(),
    }
}

fn parts(boundary: &str, bytes: &[u8]) -> Vec<(String, String)> {
    let body = futures::stream::iter([Ok::<_, std::io::Error>(bytes.to_vec())]);
    let mut form = multer::Multipart::new(body, boundary);
    let all = async {
        let mut fields = Vec::new();
        while let Some(field) = form.next_field().await.unwrap() {
            let name = field.name().unwrap().to_owned();
            let bytes = field.bytes().await.unwrap();
            fields.push((name, String::from_utf8_lossy(&bytes).into_owned()));
        }
        fields
    };
    // Everything is in memory, so nothing is waited for.
    futures::executor::block_on(all)
}

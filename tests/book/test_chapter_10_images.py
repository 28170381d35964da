"""Chapter 10, whole pictures: augmentation, fine tuning, and the two competitions (CIFAR-10, dog breeds)."""

import zipfile

import numpy as np
import pytest

BREEDS = ["beagle", "boxer", "pug"]


@pytest.fixture(scope="module")
def pictures(full_data) -> str:
    folder = full_data / "img"
    if not (folder / "cat1.jpg").exists():
        pytest.skip("no pictures of the book: MXNET_HOME has no img/cat1.jpg")
    return str(folder)


@pytest.fixture(scope="module")
def cifar(tmp_path_factory) -> str:
    """CIFAR-10's six files, of 40 pictures: a label and 3072 bytes each; each class has its colour."""
    rng, root = np.random.default_rng(0), tmp_path_factory.mktemp("cifar10")
    for name in [f"data_batch_{i}" for i in range(1, 6)] + ["test_batch"]:
        labels = rng.integers(0, 10, 40)
        images = rng.integers(0, 60, (40, 3, 32, 32)) + (labels[:, None] * [20, 5, 13] % 190)[:, :, None, None]
        rows = np.c_[labels, images.reshape(40, -1)].astype("uint8")
        (root / f"{name}.bin").write_bytes(rows.tobytes())
    return str(root)


@pytest.fixture(scope="module")
def folders(tmp_path_factory) -> str:
    """hotdog/{train,test}/{hotdog,not-hotdog} and dogs/{train,valid,test}/BREED with a few pictures each."""
    cv2 = pytest.importorskip("cv2")
    rng, root = np.random.default_rng(0), tmp_path_factory.mktemp("folders")
    wanted = [
        (f"hotdog/{s}/{label}", k, 4) for s in ("train", "test") for k, label in enumerate(["hotdog", "not-hotdog"])
    ]
    wanted += [(f"dogs/{s}/{label}", k, 2) for s in ("train", "valid") for k, label in enumerate(BREEDS)]
    wanted += [("dogs/test/unknown", 0, 2)]
    for folder, kind, n in wanted:
        (root / folder).mkdir(parents=True)
        for i in range(n):
            image = rng.integers(0, 100, (50, 60 + 5 * i, 3), "uint8") + np.uint8([150, 60, 0][kind])
            cv2.imwrite(str(root / folder / f"{i}.png"), image)
    return str(root)


@pytest.fixture(scope="module")
def competition(data_dir, tmp_path_factory) -> str:
    """The book's demonstration files of the CIFAR-10 competition, unpacked; without them files of their form."""
    root, where = tmp_path_factory.mktemp("kaggle_cifar10"), data_dir and data_dir / "book" / "kaggle_cifar10"
    if where and (where / "train_tiny.zip").exists():
        for name in ("train_tiny.zip", "test_tiny.zip", "trainLabels.csv.zip"):
            with zipfile.ZipFile(where / name) as file:
                file.extractall(root)
        return str(root)
    cv2 = pytest.importorskip("cv2")
    rng, names = np.random.default_rng(0), ["airplane", "bird", "cat", "deer", "dog", "frog", "horse", "ship", "truck"]
    lines = ["id,label"]
    for folder, n in (("train_tiny", 60), ("test_tiny", 1)):
        (root / folder).mkdir()
        for i in range(1, n + 1):
            cv2.imwrite(str(root / folder / f"{i}.png"), rng.integers(0, 256, (32, 32, 3), "uint8"))
            lines += [f"{i},{names[i % 9]}"] if folder == "train_tiny" else []
    (root / "trainLabels.csv").write_text("\n".join(lines) + "\n")
    return str(root)


# MXNet's saturation takes blue alone for the luminance, ours all three: none of it here.
AUGMENTERS = [
    "RandomFlipLeftRight()",
    "RandomFlipTopBottom()",
    "RandomResizedCrop((200, 200), scale=(0.1, 1), ratio=(0.5, 2))",
    "RandomBrightness(0.5)",
    "RandomHue(0.5)",
    "RandomColorJitter(brightness=0.5, contrast=0.5, saturation=0, hue=0.5)",
]


@pytest.mark.parametrize("augmenter", AUGMENTERS)
def test_augmentation(book, pictures, augmenter) -> None:
    """10.1: the same draws give the same pictures."""
    got = book(
        """
        from mxnet import image
        img = image.imresize(image.imread(path + '/cat1.jpg'), 120, 90)
        aug = eval('gdata.vision.transforms.' + augmenter)
        Y = [aug(img).astype('float32') for _ in range(8)]   # float32: to have a tolerance
        """,
        result="img, Y",
        path=pictures,
        augmenter=augmenter,
        atol=1.01,
    ).ours
    assert len({y.tobytes() for y in got["Y"]}) > 1


def test_train_with_augmentation(book, cifar) -> None:
    """10.1: flipped, coloured and cut CIFAR-10; `ToTensor`; a narrow ResNet-18 in float64 (see chapter 9)."""
    got = book(
        """
        import d2l_vision as vision
        transforms = gdata.vision.transforms
        augs = transforms.Compose([
            transforms.RandomFlipLeftRight(), transforms.RandomResizedCrop((32, 32), scale=(0.5, 1)),
            transforms.ToTensor(), transforms.Cast('float64')])
        no_aug = transforms.Compose([transforms.ToTensor(), transforms.Cast('float64')])
        imgs = gdata.vision.CIFAR10(root=path, train=True)[0:8][0]
        def load_cifar10(is_train, augs, batch_size):
            data = gdata.vision.CIFAR10(root=path, train=is_train).transform_first(augs)
            return gdata.DataLoader(data, batch_size=batch_size, shuffle=is_train)
        batch_size, ctx, net = 40, d2l.try_all_gpus(), vision.resnet18(10, width=4)
        net.cast('float64')
        net.initialize(ctx=ctx, init=init.Xavier())
        trainer = gluon.Trainer(net.collect_params(), 'adam', {'learning_rate': 0.01})
        loss = gloss.SoftmaxCrossEntropyLoss()
        train_iter, test_iter = load_cifar10(True, augs, batch_size), load_cifar10(False, no_aug, batch_size)
        X, y = next(iter(test_iter))
        print(X.shape, X.dtype, y.dtype, len(train_iter))
        losses, accuracies = vision.train(train_iter, test_iter, net, loss, trainer, ctx, 2)
        """,
        result="imgs, losses, accuracies",
        path=cifar,
        rtol=2e-3,  # a pixel of a resized cut may round to its neighbour
        atol=1e-4,
    ).ours
    assert got["losses"][-1] < 0.9 * got["losses"][0]


def test_fine_tuning(book, folders) -> None:
    """10.2: another net's features, a new output that learns ten times faster; then features that learn nothing."""
    got = book(
        """
        import os
        import d2l_vision as vision
        from mxnet.gluon import model_zoo
        transforms = gdata.vision.transforms
        train_imgs = gdata.vision.ImageFolderDataset(os.path.join(path, 'hotdog/train'))
        test_imgs = gdata.vision.ImageFolderDataset(os.path.join(path, 'hotdog/test'))
        print([train_imgs[i][1] for i in range(len(train_imgs))], train_imgs.synsets, train_imgs[-1][0].shape)
        normalize = transforms.Normalize([0.485, 0.456, 0.406], [0.229, 0.224, 0.225])
        train_augs = transforms.Compose([
            transforms.RandomResizedCrop(32), transforms.RandomFlipLeftRight(), transforms.ToTensor(), normalize])
        test_augs = transforms.Compose([
            transforms.Resize(40), transforms.CenterCrop(32), transforms.ToTensor(), normalize])
        pretrained_net = model_zoo.vision.resnet18_v2()   # the book's is pretrained
        pretrained_net.initialize(init.Xavier())
        pretrained_net(nd.zeros((1, 3, 32, 32)))
        print(pretrained_net.output)
        finetune_net = model_zoo.vision.resnet18_v2(classes=2)
        finetune_net.features = pretrained_net.features
        finetune_net.output.initialize(init.Xavier())
        finetune_net.output.collect_params().setattr('lr_mult', 10)
        print(len(list(finetune_net.collect_params().keys())))

        def train_fine_tuning(net, learning_rate, batch_size=4, num_epochs=1):
            train_iter = gdata.DataLoader(train_imgs.transform_first(train_augs), batch_size, shuffle=True)
            test_iter = gdata.DataLoader(test_imgs.transform_first(test_augs), batch_size)
            ctx = d2l.try_all_gpus()
            net.collect_params().reset_ctx(ctx)
            net.hybridize()
            loss = gloss.SoftmaxCrossEntropyLoss()
            trainer = gluon.Trainer(net.collect_params(), 'sgd', {'learning_rate': learning_rate, 'wd': 0.001})
            return vision.train(train_iter, test_iter, net, loss, trainer, ctx, num_epochs)[0]

        first = train_fine_tuning(finetune_net, 0.001)[0]
        finetune_net.features.collect_params().setattr('grad_req', 'null')
        before = [p.data().copy() for p in finetune_net.features.collect_params('.*weight').values()]
        output_before = finetune_net.output.weight.data().copy()
        train_fine_tuning(finetune_net, 0.001)
        after = [p.data() for p in finetune_net.features.collect_params('.*weight').values()]
        fixed = all((a == b).asnumpy().all() for a, b in zip(before, after))
        moved = not (output_before == finetune_net.output.weight.data()).asnumpy().all()
        hotdog_w = nd.split(pretrained_net.output.weight.data(), 1000, axis=0)[713]
        print(hotdog_w.shape, bool(fixed), bool(moved))
        """,
        result="first, hotdog_w",
        path=folders,
        rtol=2e-3,
    ).ours
    assert "Dense(512 -> 1000, linear)" in got["printed"]
    assert "(1, 512) True True" in got["printed"]


def test_cifar10_competition(book, competition, tmp_path) -> None:
    """10.12: files sorted into folders, a hybrid residual network, learning rates that decay, answers as a table."""
    got = book(
        """
        import os, shutil, tempfile
        import d2l_vision as vision
        transforms = gdata.vision.transforms
        with open(os.path.join(path, 'trainLabels.csv')) as f:
            tokens = [l.rstrip().split(',') for l in f.readlines()[1:]]
        idx_label = dict(((int(idx), label) for idx, label in tokens))
        root, label_count = tempfile.mkdtemp(dir=work), {}
        files = sorted(os.listdir(os.path.join(path, 'train_tiny')), key=lambda name: int(name.split('.')[0]))
        for name in files[:60]:
            label = idx_label[int(name.split('.')[0])]
            kind = 'train' if label_count.get(label, 0) < 4 else 'valid'
            label_count[label] = label_count.get(label, 0) + 1
            for folder in (kind, 'train_valid'):
                os.makedirs(os.path.join(root, folder, label), exist_ok=True)
                shutil.copy(os.path.join(path, 'train_tiny', name), os.path.join(root, folder, label))
        shutil.copytree(os.path.join(path, 'test_tiny'), os.path.join(root, 'test', 'unknown'))
        normalize = transforms.Normalize([0.4914, 0.4822, 0.4465], [0.2023, 0.1994, 0.2010])
        transform_train = transforms.Compose([
            transforms.Resize(40), transforms.RandomResizedCrop(32, scale=(0.64, 1.0), ratio=(1.0, 1.0)),
            transforms.RandomFlipLeftRight(), transforms.ToTensor(), normalize, transforms.Cast('float64')])
        transform_test = transforms.Compose([transforms.ToTensor(), normalize, transforms.Cast('float64')])
        train_ds, valid_ds, train_valid_ds, test_ds = [
            gdata.vision.ImageFolderDataset(os.path.join(root, folder), flag=1)
            for folder in ('train', 'valid', 'train_valid', 'test')]
        print(len(train_ds), len(valid_ds), len(train_valid_ds), len(test_ds), train_valid_ds.synsets)
        batch_size = 12
        train_iter = gdata.DataLoader(train_ds.transform_first(transform_train), batch_size, shuffle=True,
                                      last_batch='keep')
        valid_iter = gdata.DataLoader(valid_ds.transform_first(transform_test), batch_size, shuffle=True,
                                      last_batch='keep')
        test_iter = gdata.DataLoader(test_ds.transform_first(transform_test), batch_size, shuffle=False,
                                     last_batch='keep')
        ctx, num_epochs, lr, wd, lr_period, lr_decay = d2l.try_gpu(), 2, 0.05, 5e-4, 1, 0.1
        net = vision.resnet18(10, width=4, hybrid=True)
        net.cast('float64')
        net.initialize(ctx=ctx, init=init.Xavier())
        net.hybridize()
        loss = gloss.SoftmaxCrossEntropyLoss()
        trainer = gluon.Trainer(net.collect_params(), 'sgd', {'learning_rate': lr, 'momentum': 0.9, 'wd': wd})
        losses = []
        for epoch in range(num_epochs):
            if epoch > 0 and epoch % lr_period == 0:
                trainer.set_learning_rate(trainer.learning_rate * lr_decay)
            for X, y in train_iter:
                y = y.astype('float32').as_in_context(ctx)
                with autograd.record():
                    y_hat = net(X.as_in_context(ctx))
                    l = loss(y_hat, y).sum()
                l.backward()
                trainer.step(batch_size)
                losses.append(l.asscalar() / y.size)
            valid_acc = vision.evaluate_accuracy(valid_iter, net, [ctx])
            print('epoch %d, valid acc %.2f, lr %s' % (epoch + 1, valid_acc, round(trainer.learning_rate, 6)))
        preds = []
        for X, _ in test_iter:
            y_hat = net(X.as_in_context(ctx))
            preds.extend(y_hat.argmax(axis=1).astype(int).asnumpy())
        print([train_valid_ds.synsets[x] for x in preds])
        """,
        result="losses",
        path=competition,
        work=str(tmp_path),
        rtol=5e-3,
        print_atol=0.05,
    ).ours
    assert "lr 0.005" in got["printed"]
    assert np.mean(got["losses"][-3:]) < got["losses"][0]


def test_dog_breeds(book, folders) -> None:
    """10.13: the features of a ResNet-34 as they are, and a small network on them that is trained."""
    got = book(
        """
        import os
        from mxnet.gluon import model_zoo
        transforms = gdata.vision.transforms
        normalize = transforms.Normalize([0.485, 0.456, 0.406], [0.229, 0.224, 0.225])
        transform_train = transforms.Compose([
            transforms.RandomResizedCrop(32, scale=(0.08, 1.0), ratio=(3.0 / 4.0, 4.0 / 3.0)),
            transforms.RandomFlipLeftRight(),
            transforms.RandomColorJitter(brightness=0.4, contrast=0.4),   # and saturation=0.4 in the book
            transforms.RandomLighting(0.1), transforms.ToTensor(), normalize])
        transform_test = transforms.Compose([transforms.Resize(36), transforms.CenterCrop(32), transforms.ToTensor(),
                                             normalize])
        train_ds, valid_ds, test_ds = [
            gdata.vision.ImageFolderDataset(os.path.join(path, 'dogs', folder), flag=1)
            for folder in ('train', 'valid', 'test')]
        batch_size = 3
        train_iter = gdata.DataLoader(train_ds.transform_first(transform_train), batch_size, shuffle=True,
                                      last_batch='keep')
        valid_iter = gdata.DataLoader(valid_ds.transform_first(transform_test), batch_size, last_batch='keep')
        test_iter = gdata.DataLoader(test_ds.transform_first(transform_test), batch_size, last_batch='keep')

        def get_net(ctx):
            finetune_net = model_zoo.vision.resnet34_v2()   # the book's is pretrained
            finetune_net.initialize(init.Xavier())
            finetune_net(nd.zeros((1, 3, 32, 32)))
            finetune_net.output_new = nn.HybridSequential(prefix='')
            finetune_net.output_new.add(nn.Dense(256, activation='relu'))
            finetune_net.output_new.add(nn.Dense(120))
            finetune_net.output_new.initialize(init.Xavier(), ctx=ctx)
            finetune_net.collect_params().reset_ctx(ctx)
            return finetune_net

        loss = gloss.SoftmaxCrossEntropyLoss()
        ctx = d2l.try_gpu()
        net = get_net(ctx)
        net.hybridize()
        trainer = gluon.Trainer(net.output_new.collect_params(), 'sgd',
                                {'learning_rate': 0.01, 'momentum': 0.9, 'wd': 1e-4})

        def evaluate_loss(data_iter):
            l_sum, n = 0.0, 0
            for X, y in data_iter:
                outputs = net.output_new(net.features(X.as_in_context(ctx)))
                l_sum += loss(outputs, y.as_in_context(ctx)).sum().asscalar()
                n += y.size
            return l_sum / n

        losses, valid = [], [evaluate_loss(valid_iter)]
        for epoch in range(3):
            if epoch == 2:
                trainer.set_learning_rate(trainer.learning_rate * 0.1)
            for X, y in train_iter:
                output_features = net.features(X.as_in_context(ctx))
                with autograd.record():
                    l = loss(net.output_new(output_features), y.as_in_context(ctx)).sum()
                l.backward()
                trainer.step(batch_size)
                losses.append(l.asscalar() / y.size)
            valid.append(evaluate_loss(valid_iter))
        preds = []
        for data, label in test_iter:
            preds.extend(nd.softmax(net.output_new(net.features(data.as_in_context(ctx)))).asnumpy())
        print(','.join(train_ds.synsets), len(preds), preds[0].shape)
        """,
        result="losses, valid, preds",
        path=folders,
        rtol=5e-3,
        atol=1e-3,
    ).ours
    assert got["valid"][-1] < got["valid"][0]
